"""Draws a graph whose arrows point down as SVG: boxes in rows, long arrows around boxes."""

import html

box_height, row_height, gap, margin = 34, 84, 22, 24
glyph = 7.4


def draw(edges, title):
    """The SVG of the graph of names and what each stands on, without what another way says too."""
    edges = reduced(edges)
    rows = with_bends(*ranked(edges))
    ordered, links = rows
    settle(ordered, links)
    places = placed(ordered, links)
    return rendered(ordered, links, places, title)


def reduced(edges):
    """Leaves out an edge where a longer way leads to the same place."""

    def below(name, seen):
        for other in edges[name]:
            if other not in seen:
                seen.add(other)
                below(other, seen)
        return seen

    reach = {name: below(name, set()) for name in edges}
    return {
        name: sorted(
            other
            for other in lower
            if not any(other in reach[third] for third in lower if third != other)
        )
        for name, lower in edges.items()
    }


def ranked(edges):
    """Names by height: right above the highest thing each stands on, or right below what stands
    on it where it has no more below than above."""
    users = {name: [user for user in edges if name in edges[user]] for name in edges}
    height = {}

    def low(name):
        if name not in height:
            height[name] = 1 + max((low(other) for other in edges[name]), default=-1)
        return height[name]

    for name in sorted(edges):
        low(name)
    for name in sorted(edges, key=lambda name: (-height[name], name)):
        if users[name] and edges[name] and len(users[name]) >= len(edges[name]) == 1:
            height[name] = min(height[user] for user in users[name]) - 1
    return edges, height


def with_bends(edges, height):
    """Rows from the top, and links between neighbouring rows: a long edge bends in each between."""
    top = max(height.values())
    rows = [[] for _ in range(top + 1)]
    for name in sorted(edges):
        rows[top - height[name]].append(name)
    links = []
    for name in sorted(edges):
        for other in edges[name]:
            last, row = name, top - height[name]
            for between in range(row + 1, top - height[other]):
                bend = (name, other, between)
                rows[between].append(bend)
                links.append((last, bend))
                last = bend
            links.append((last, other))
    return rows, links


def settle(rows, links):
    """Orders each row by the middle of its neighbours, so that few arrows cross."""
    above, below = {}, {}
    for upper, lower in links:
        above.setdefault(lower, []).append(upper)
        below.setdefault(upper, []).append(lower)
    best, fewest = [list(row) for row in rows], crossings(rows, links)
    for sweep in range(40):
        down = sweep % 2 == 0
        for row in rows if down else reversed(rows):
            place = {
                node: index / max(1, len(line) - 1) if len(line) > 1 else 0.5
                for line in rows
                for index, node in enumerate(line)
            }
            near = above if down else below

            def middle(node, near=near, place=place):
                nodes = near.get(node)
                return sum(place[one] for one in nodes) / len(nodes) if nodes else place[node]

            row.sort(key=lambda node: (middle(node), str(node)))
        count = crossings(rows, links)
        if count < fewest:
            best, fewest = [list(row) for row in rows], count
    for row, order in zip(rows, best):
        row[:] = order


def crossings(rows, links):
    place = {node: (line, index) for line, row in enumerate(rows) for index, node in enumerate(row)}
    spans = [(*place[upper], place[lower][1]) for upper, lower in links]
    return sum(
        one[0] == other[0] and (one[1] - other[1]) * (one[2] - other[2]) < 0
        for index, one in enumerate(spans)
        for other in spans[:index]
    )


def width(node):
    return glyph * len(node) + 26 if isinstance(node, str) else 6


def placed(rows, links):
    """Where the middle of each node stands: near its neighbours, in order, never on another."""
    near = {}
    for upper, lower in links:
        near.setdefault(upper, []).append(lower)
        near.setdefault(lower, []).append(upper)
    place = {}
    for row in rows:
        x = -sum(width(node) + gap for node in row) / 2
        for node in row:
            place[node] = x + (width(node) + gap) / 2
            x += width(node) + gap
    for _ in range(60):
        for row in rows:
            wanted = [
                sum(place[one] for one in near[node]) / len(near[node]) if node in near else 0
                for node in row
            ]
            for node, x in zip(row, spread(row, wanted)):
                place[node] = (place[node] + x) / 2
    for row in rows:
        for node, x in zip(row, spread(row, [place[node] for node in row])):
            place[node] = x
    return place


def spread(row, wanted):
    """The places nearest to the wanted ones that keep order and distance: groups move as one."""
    groups = []
    for node, x in zip(row, wanted):
        groups.append([[node], x, width(node) + gap])
        while len(groups) > 1:
            (left, a, one), (right, b, other) = groups[-2:]
            if b - a >= (one + other) / 2:
                break
            size = one + other
            # The middle that suits both, weighted by how many each holds.
            count = len(left) + len(right)
            middle = (
                len(left) * (a + other / 2) + len(right) * (b - one / 2)
            ) / count
            groups[-2:] = [[left + right, middle, size]]
    places = []
    for nodes, middle, size in groups:
        x = middle - size / 2
        for node in nodes:
            places.append(x + (width(node) + gap) / 2)
            x += width(node) + gap
    return places


def rendered(rows, links, place, title):
    left = min(place[node] - width(node) / 2 for row in rows for node in row) - margin
    right = max(place[node] + width(node) / 2 for row in rows for node in row) + margin
    x = {node: place[node] - left for node in place}
    y = {node: margin + row_height * line for line, row in enumerate(rows) for node in row}
    wide, high = right - left, 2 * margin + row_height * (len(rows) - 1) + box_height
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {wide:.0f} {high:.0f}" '
        f'width="{wide:.0f}" height="{high:.0f}" font-family="ui-monospace, monospace" '
        'font-size="12" role="img">',
        f"<title>{html.escape(title)}</title>",
        '<rect width="100%" height="100%" fill="#ffffff"/>',
        '<g fill="none" stroke="#8a9499" stroke-width="1.2">',
    ]
    following = {upper: lower for upper, lower in links if isinstance(upper, tuple)}
    for upper, lower in links:
        if isinstance(upper, str):
            lines.append(f'<path d="{route(upper, lower, following, x, y)}"/>')
    lines.append("</g>")
    for row in rows:
        for node in row:
            if isinstance(node, str):
                lines += box(node, x[node], y[node])
    return "\n".join([*lines, "</svg>", ""])


def route(upper, lower, following, x, y):
    """A curve from the foot of a box down to the head of another, through its bends."""
    here = (x[upper], y[upper] + box_height)
    path = f"M{here[0]:.1f} {here[1]:.1f}"
    while True:
        there = (x[lower], y[lower])
        half = (here[1] + there[1]) / 2
        path += f" C{here[0]:.1f} {half:.1f} {there[0]:.1f} {half:.1f} {there[0]:.1f} {there[1]:.1f}"
        if isinstance(lower, str):
            return path
        path += f" v{box_height}"
        here = (there[0], there[1] + box_height)
        lower = following[lower]


def box(name, x, y):
    wide = width(name)
    # What ends in C is drawn apart from Swift.
    fill, line = ("#f3efe6", "#b39b62") if name.startswith("C") and name[1:2].isupper() else (
        "#e8f1ea", "#4d7f5c")
    return [
        f'<rect x="{x - wide / 2:.1f}" y="{y}" width="{wide:.1f}" height="{box_height}" rx="5" '
        f'fill="{fill}" stroke="{line}"/>',
        f'<text x="{x:.1f}" y="{y + 21}" text-anchor="middle">{html.escape(name)}</text>',
    ]
