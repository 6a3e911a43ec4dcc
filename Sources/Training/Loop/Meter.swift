/// Loss and throughput since the last logged step; evaluation and checkpoints do not count.
struct Meter {
    private(set) var losses: LossSum
    private var images = 0
    private var seconds = 0.0

    /// - Parameter losses: of steps that a process took which has ended since.
    init(_ losses: LossSum = LossSum()) { self.losses = losses }

    /// Adds a step with the time that its batch and its mathematics took.
    mutating func add(_ loss: Double, images: Int, seconds: Double) {
        losses.sum += loss
        losses.count += 1
        self.images += images
        self.seconds += seconds
    }

    /// Not a number where every step was left out.
    var meanLoss: Double { losses.sum / Double(losses.count) }

    var imagesPerSecond: Double { Double(images) / max(seconds, 1e-9) }
}
