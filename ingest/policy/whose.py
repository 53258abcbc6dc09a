"""Whose policy a document is: by the register, by word of mouth, by its folder or its words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import PurePosixPath

from ingest.documents import Document, IngestError
from ingest.policy.naming import is_school, own_school
from ingest.policy.register import Register, School, school_key

_MOST = 0.6  # share of documents that name a school, from which on it is the folder's


class Schools:
    """The schools of one folder's documents.

    `named` is the school of files that no register lists; `known` are schools of the index, so that
    a second folder of one school joins it.
    """

    def __init__(
        self,
        register: Register,
        named: str | None,
        known: Sequence[School],
        documents: Sequence[Document],
    ) -> None:
        self.register = register
        self.named = named
        self.known = (*register.school, *known)
        self.own = {
            document.source: own
            for document in documents
            if register.of(document.source) is None
            and not named
            and (own := own_school(document.text, document.clauses, document.extract.properties))
        }

    def of(self, document: Document) -> School:
        """Raises IngestError where nothing tells."""
        registered = self.register.of(document.source)
        if registered is not None and (school := self.register.named(registered.school)):
            return school
        if self.named:
            return self._called(self.named, "")
        parts = PurePosixPath(document.source).parts
        folder = parts[0] if len(parts) > 1 else ""
        words = folder.replace("-", " ").replace("_", " ")
        if folder and ((listed := self._listed(folder)) or is_school(words.title())):
            return listed or self._called(_capitalised(words), "folder name")
        if len(self.register.school) == 1:
            return self.register.school[0]
        if own := self._by_words(document, folder):
            return own
        if folder:
            return self._called(_capitalised(words), "folder name")
        raise IngestError(
            "no school is known for it; name one with --school, in register.toml, or by a folder"
        )

    def _by_words(self, document: Document, folder: str) -> School | None:
        """The school that most documents beside this one name, else the one that it names itself.

        One policy in a folder may be taken from elsewhere and still name where it comes from.
        """
        beside = [own for source, own in self.own.items() if _top(source) == folder]
        counted = Counter(school_key(own.value) for own in beside)
        if not counted:
            return self._by_topics(folder)
        best, count = counted.most_common(1)[0]
        if count >= _MOST * counted.total():
            own = next(own for own in beside if school_key(own.value) == best)
            where = (
                own.origin if document.source in self.own else "inferred: named by its neighbours"
            )
            return self._called(own.value, where)
        mine = self.own.get(document.source)
        return self._called(mine.value, mine.origin) if mine else None

    def _by_topics(self, folder: str) -> School | None:
        """The one school that the other folders, two or more, name: theirs are subjects' names."""
        tops = {_top(source) for source in self.own}
        if not folder or len(tops) < 2 or len({school_key(o.value) for o in self.own.values()}) > 1:
            return None
        own = next(iter(self.own.values()))
        return self._called(own.value, "inferred: named in all other folders")

    def _called(self, name: str, where: str) -> School:
        listed = self._listed(name)
        return listed or School(key=school_key(name), name=name, name_from=where)

    def _listed(self, name: str) -> School | None:
        key = school_key(name)
        for school in self.known:
            if key in (school.key, *map(school_key, (school.name, *school.aliases))):
                return school
        return None


def _top(source: str) -> str:
    parts = PurePosixPath(source).parts
    return parts[0] if len(parts) > 1 else ""


def _capitalised(words: str) -> str:
    return " ".join(word[0].upper() + word[1:] for word in words.split())
