"""How a PDF page is read: glyphs → lines → reading order → paragraphs, tables and margins."""
