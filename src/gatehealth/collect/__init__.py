"""How runs arrive: files by hand, uploads, and CI systems."""
