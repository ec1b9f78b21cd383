"""search/__main__.py"""

from search.cli import main

main()
