"""The trend library: the operator's own notes and reports, cut into passages and found by words and by meaning."""

from core.research.library.shelf import TrendLibrary
from core.research.library.values import ADDRESS, LibraryDocument, LibraryPassage, LibraryReport

__all__ = ["ADDRESS", "LibraryDocument", "LibraryPassage", "LibraryReport", "TrendLibrary"]
