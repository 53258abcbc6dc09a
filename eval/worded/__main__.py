"""What share of honest sentences the check lets through, and which wrong ones.

python -m eval.worded
"""

from __future__ import annotations

from collections import Counter

from assistant.meaning import open_meaning
from eval.worded.replies import judge, read_replies, read_situations, share, with_repair

if __name__ == "__main__":
    situations, meaning = read_situations(), open_meaning()
    close = list(judge(read_replies("close"), situations, meaning))
    mended = with_repair(close, list(judge(read_replies("repaired"), situations, meaning)))
    retold = list(judge(read_replies("honest"), situations, meaning))
    for name, judged in (
        ("close to the clauses, as the prompt asks", close),
        ("the same after one repair", mended),
        ("freely retold", retold),
    ):
        value, low, high = share(judged)
        print(f"{name}: of {len(judged)} sentences {value:.2f} ({low:.2f}–{high:.2f}) may be said")
        turned_away = [one for one in judged if one.reasons]
        for reason, count in Counter(one.reasons[0] for one in turned_away).most_common(8):
            print(f"  {count:3} {reason}")
        for one in turned_away:
            print(f"  {one.reply.id}: {one.said.text} {list(one.said.clauses)}: {one.reasons}")
    wrong = list(judge(read_replies("hallucinated"), situations, meaning))
    through = [one for one in wrong if not one.reasons]
    print(f"hallucinated: {len(through)} of {len(wrong)} wrong sentences may be said")
    for one in through:
        print(f"  {one.reply.kind}, {one.reply.id}: {one.said.text} {list(one.said.clauses)}")
