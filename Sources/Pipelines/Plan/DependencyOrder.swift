/// The order of things that need one another.
package enum DependencyOrder {
    /// The indices so that each stands after all that it needs; among those that could come next
    /// the first one given does. Nil where they need each other in a circle.
    package static func sorted(_ needs: [Set<Int>]) -> [Int]? {
        var order: [Int] = []
        var done: Set<Int> = []
        while order.count < needs.count {
            guard
                let next = needs.indices.first(where: {
                    !done.contains($0) && needs[$0].isSubset(of: done)
                })
            else { return nil }
            order.append(next)
            done.insert(next)
        }
        return order
    }
}
