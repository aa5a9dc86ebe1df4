"""A card's image as a file: its partition table, and the FAT file system in it, without root and on any laptop."""
