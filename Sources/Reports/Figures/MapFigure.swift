internal import CambiumEvaluation

/// Embeddings as points: colour and number tell the class, the shape the table.
struct MapFigure {
    private let map: EmbeddingMap
    /// Thumbnails of keys.
    var tiles: [String: Int] = [:]
    private let labels: [ClassLabel?]
    private let plane: Plot
    /// Where the number of a class stands.
    private let places: [Figure.Point]
    private let inks: [Ink]
    private static let side = 700.0
    private static let row = 17.0
    private static let perColumn = 38

    init(_ map: EmbeddingMap) {
        self.map = map
        labels = map.labels
        let plane = Self.plane(map.entries)
        var groups: [ClassLabel?: [Figure.Point]] = [:]
        for entry in map.entries {
            groups[entry.label, default: []].append(plane.place(entry.x, entry.y))
        }
        let places = labels.map { Self.middle(groups[$0] ?? []) }
        self.plane = plane
        inks = Self.inks(labels, places)
        self.places = Self.separated(places)
    }

    var figure: Figure {
        let columns = (labels.count + Self.perColumn - 1) / max(1, Self.perColumn)
        let list = min(columns, 3)
        let names = ShortNames.fit(
            labels.map { $0?.name ?? "no class" }, size: 12, into: list > 1 ? 150 : 250)
        let column = max(names.map { Glyphs.width($0, size: 12) }.max() ?? 0, 60) + 52
        let perList = (labels.count + list - 1) / max(list, 1)
        let rows = Double(perList + map.names.count + 1) * Self.row
        var figure = Figure(
            width: Self.side + 24 + column * Double(max(list, 1)),
            height: max(Self.side, rows) + 20, label: "Map of embeddings")
        figure.rectangle(8, 8, Self.side, Self.side, fill: .cell, radius: 6)
        points(&figure)
        numbers(&figure)
        legend(&figure, names, column: column, perList: perList)
        return figure
    }

    private func points(_ figure: inout Figure) {
        let columns = Dictionary(
            uniqueKeysWithValues: labels.enumerated().map { ($0.element, $0.offset) })
        for entry in map.entries {
            let group = columns[entry.label] ?? 0
            var mark = Self.mark(entry.table, plane.place(entry.x, entry.y), inks[group])
            let label = entry.label.map(\.name) ?? "no class"
            mark.title = "\(label)\n\(map.names[entry.table]): \(entry.key)"
            mark.group = group
            mark.tiles = tiles[entry.key].map { [$0] } ?? []
            figure.marks.append(mark)
        }
    }

    private static func plane(_ entries: [EmbeddingMap.Entry]) -> Plot {
        let (xs, ys) = (entries.map(\.x), entries.map(\.y))
        func range(_ values: [Double]) -> ClosedRange<Double> {
            let (low, high) = (values.min() ?? 0, values.max() ?? 1)
            return high > low ? low...high : low - 0.5...low + 0.5
        }
        return Plot(
            left: 26, top: 26, width: side - 36, height: side - 36, across: range(xs),
            up: range(ys))
    }

    /// Of the few hues the one whose nearest other class is farthest away.
    private static func inks(_ labels: [ClassLabel?], _ places: [Figure.Point]) -> [Ink] {
        var hues: [Int] = []
        for (group, place) in places.enumerated() {
            let free = (0..<Ink.hues).map { hue in
                let distances = hues.indices.filter { hues[$0] == hue }.map { other in
                    let (dx, dy) = (places[other].x - place.x, places[other].y - place.y)
                    return dx * dx + dy * dy
                }
                return distances.min() ?? .infinity
            }
            let best = free.indices.max { (free[$0], -$0) < (free[$1], -$1) }
            hues.append(labels[group] == nil ? 0 : best ?? 0)
        }
        return zip(labels, hues).map { $0 == nil ? .muted : .hue($1) }
    }

    /// Rings, discs, diamonds, triangles: a table each.
    private static func mark(_ table: Int, _ place: Figure.Point, _ ink: Ink) -> Figure.Mark {
        let r = 3.4
        func polygon(_ corners: [(Double, Double)]) -> Figure.Mark {
            Figure.Mark(
                .polygon(corners.map { Figure.Point(place.x + r * $0.0, place.y + r * $0.1) }),
                fill: ink)
        }
        var mark: Figure.Mark
        switch table % 4 {
        case 0:
            mark = Figure.Mark(.circle(place, radius: 2.7), fill: .cell, stroke: ink)
            mark.width = 1.3
        case 1: mark = Figure.Mark(.circle(place, radius: r), fill: ink)
        case 2: mark = polygon([(0, -1.3), (1.3, 0), (0, 1.3), (-1.3, 0)])
        default: mark = polygon([(0, -1.3), (1.2, 0.9), (-1.2, 0.9)])
        }
        mark.opacity = 0.85
        return mark
    }

    /// The number of every class where most of its points are, moved apart where two would
    /// overlap.
    private func numbers(_ figure: inout Figure) {
        for (group, label) in labels.enumerated() {
            guard let label else { continue }
            figure.haloed(
                "\(label.id)", places[group].x, places[group].y + 4.5, size: 13, anchor: .middle,
                group: group)
        }
    }

    /// The point that is nearest to most: where a class has two heaps, one in the larger.
    private static func middle(_ points: [Figure.Point]) -> Figure.Point {
        let step = max(1, points.count / 300)
        let some = stride(from: 0, to: points.count, by: step).map { points[$0] }
        let spreads = some.map { a in
            let distances = some.map { b in
                (a.x - b.x) * (a.x - b.x) + (a.y - b.y) * (a.y - b.y)
            }
            return distances.sorted()[distances.count / 2]
        }
        let best = spreads.indices.min { spreads[$0] < spreads[$1] }
        return best.map { some[$0] } ?? Figure.Point(0, 0)
    }

    private static func separated(_ places: [Figure.Point]) -> [Figure.Point] {
        var places = places
        for _ in 0..<40 {
            for i in places.indices {
                for j in places.indices where j > i {
                    let (dx, dy) = (places[j].x - places[i].x, places[j].y - places[i].y)
                    guard abs(dx) < 20, abs(dy) < 14 else { continue }
                    let push = (14 - abs(dy)) / 4 + 0.1
                    places[i].y -= dy >= 0 ? push : -push
                    places[j].y += dy >= 0 ? push : -push
                }
            }
        }
        for index in places.indices {
            places[index].x = min(max(places[index].x, 20), side - 8)
            places[index].y = min(max(places[index].y, 20), side - 8)
        }
        return places
    }

    private func legend(
        _ figure: inout Figure, _ names: [String], column: Double, perList: Int
    ) {
        let start = Self.side + 26
        for (number, name) in map.names.enumerated() {
            let y = 22 + Self.row * Double(number)
            figure.marks.append(Self.mark(number, Figure.Point(start + 4, y - 4), .ink))
            figure.text(
                Glyphs.fit(name, size: 12, into: column - 30), start + 16, y, size: 12)
        }
        let top = 22 + Self.row * (Double(map.names.count) + 0.7)
        for (group, label) in labels.enumerated() where group < perList * 3 {
            let x = start + column * Double(group / perList)
            let y = top + Self.row * Double(group % perList)
            var dot = Figure.Mark(
                .circle(Figure.Point(x + 4, y - 4), radius: 4.2), fill: inks[group])
            dot.group = group
            figure.marks.append(dot)
            let id = label.map { "\($0.id)" } ?? ""
            figure.text(id, x + 36, y, size: 12, ink: .muted, anchor: .end, group: group)
            figure.text(names[group], x + 42, y, size: 12, group: group)
        }
    }
}
