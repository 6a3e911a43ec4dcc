/// Loss and throughput since the last logged step.
struct Meter {
    private var losses: [Double] = []
    private var images = 0
    private let start: Double

    init(clock: Double) { start = clock }

    mutating func add(_ loss: Double, images: Int) {
        losses.append(loss)
        self.images += images
    }

    var meanLoss: Double { losses.reduce(0, +) / Double(max(1, losses.count)) }

    func imagesPerSecond(_ now: Double) -> Double { Double(images) / max(now - start, 1e-9) }
}
