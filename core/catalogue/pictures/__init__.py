"""Pictures of products: drawn for the demo shop, made small and safe for a shop's own."""

from core.catalogue.pictures.drawing import draw_picture
from core.catalogue.pictures.thumbnails import thumbnail

__all__ = ["draw_picture", "thumbnail"]
