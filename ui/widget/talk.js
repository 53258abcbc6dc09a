// Talking to the server: what is sent, and a plain sentence for whatever goes wrong.
// talk.js, answer.js and widget.js are served together, as one script.

const KEPT = "Your question is kept here";
const SAID = {
  offline: `You are offline. ${KEPT}: ask again once you are connected.`,
  late: `The answer took too long. ${KEPT}: ask again, or ask on the full page.`,
  unreached: `The policies cannot be reached just now. ${KEPT}: ask again in a moment.`,
  refused: "This page cannot ask for you. Ask on the full page; you may have to sign in there.",
  stranger: "You are not signed in. Sign in on the full page, then ask again here or ask there.",
  unread: `What came back cannot be read. ${KEPT}: ask again, or ask on the full page.`,
};

class Trouble extends Error {
  constructor(kind, sentence = SAID[kind]) {
    super(sentence);
    this.kind = kind;
  }
}

// `base` is where the server is, `script` what this script was loaded from.
function line(base, script) {
  async function send(path, { body, seconds = 20, credentials = "include" } = {}) {
    const stop = new AbortController();
    const timer = setTimeout(() => stop.abort(), seconds * 1000);
    const given = { signal: stop.signal, credentials, headers: { Accept: "application/json" } };
    if (body) {
      given.method = "POST";
      given.headers["Content-Type"] = "application/json";
      given.body = JSON.stringify(body);
    }
    let response, data;
    try {
      response = await fetch(new URL(path, base), given);
      data = await response.json().catch((error) => {
        if (stop.signal.aborted) throw error;
        return null;
      });
    } catch {
      throw new Trouble(stop.signal.aborted ? "late" : await why());
    } finally {
      clearTimeout(timer);
    }
    if (response.ok && data && typeof data === "object") return data;
    throw problem(response, data);
  }

  // A browser tells no page whether it was refused or nobody was there: our own script, which any
  // page may load, says whether anybody is.
  async function why() {
    if (navigator.onLine === false) return "offline";
    try {
      await fetch(script, { method: "HEAD", mode: "no-cors", cache: "no-store" });
    } catch {
      return "unreached";
    }
    console.warn(`Chapter & Verse: is ${location.origin} in server.allowed_origins?`);
    return "refused";
  }

  return send;
}

// The server's own sentence where it sent one (RFC 9457).
function problem(response, data) {
  if (response.status === 401) return new Trouble("stranger");
  const seconds = Number(response.headers.get("Retry-After"));
  if (response.status === 429 && seconds > 0) {
    const when = `${seconds} second${seconds === 1 ? "" : "s"}`;
    const said = `Too many questions came from here. ${KEPT}: ask again in ${when}.`;
    return new Trouble("often", said);
  }
  const told = data && typeof data.detail === "string" && data.detail;
  return told ? new Trouble("told", told) : new Trouble("unread");
}
