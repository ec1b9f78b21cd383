"""Words of scripts without blanks, mined from an archive: frequent, and free on both sides.

A run of characters is a word if it comes often and if its neighbours on both sides differ from
place to place: behind 奥运 comes now 会, now 村, while behind 京奥 comes nothing but 运. _RUN.finditer(text):
        if _KATAKANA.match(run[0]):
            yield run.span()
            continue
        at, end = run.span()
        while at < end - 1:
            sizes = range(min(_LONGEST, end - at), 1, -1)
            size = next((size for size in sizes if text[at : at + size] in known), 0)
            if size:
                yield at, at + size
            at += size or 1
