"""An index for other programs: static sites, search servers and databases."""
