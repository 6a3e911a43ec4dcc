import CambiumPipelines
import CambiumTestFolders
import Testing

@Suite struct DependencyOrderTests {
    @Test func `each stands after what it needs, the first given first`() {
        #expect(DependencyOrder.sorted([[2], [], [1]]) == [1, 2, 0])
        #expect(DependencyOrder.sorted([[], [], []]) == [0, 1, 2])
        #expect(DependencyOrder.sorted([]) == [])
    }

    @Test func `a circle has no order`() {
        #expect(DependencyOrder.sorted([[1], [0]]) == nil)
        #expect(DependencyOrder.sorted([[0]]) == nil)
    }
}
