/// Loss and throughput since the last logged step; evaluation and checkpoints do not count.
struct Meter {
    private var losses: [Double] = []
    private var images = 0
    private var seconds = 0.0

    /// Adds a step with the time that its batch and its mathematics took.
    mutating func add(_ loss: Double, images: Int, seconds: Double) {
        losses.append(loss)
        self.images += images
        self.seconds += seconds
    }

    /// Not a number where every step was left out.
    var meanLoss: Double { losses.reduce(0, +) / Double(losses.count) }

    var imagesPerSecond: Double { Double(images) / max(seconds, 1e-9) }
}
