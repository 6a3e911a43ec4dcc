/// First in, first out, without moving what waits.
package struct Queue<Element> {
    private var elements: [Element?] = []
    private var head = 0

    /// How many wait.
    package var count: Int { elements.count - head }
    /// Whether none waits.
    package var isEmpty: Bool { count == 0 }
    /// The one that has waited longest.
    package var first: Element? { isEmpty ? nil : elements[head] }

    /// None waits.
    package init() {}

    /// Adds one at the end.
    package mutating func append(_ element: Element) { elements.append(element) }

    /// Takes the one that has waited longest; nil where none waits.
    package mutating func removeFirst() -> Element? {
        guard !isEmpty else { return nil }
        defer { shrink() }
        let element = elements[head]
        elements[head] = nil
        head += 1
        return element
    }

    private mutating func shrink() {
        guard head == elements.count || head > 1024 && head * 2 > elements.count else { return }
        elements.removeFirst(head)
        head = 0
    }
}
