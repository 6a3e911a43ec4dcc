public import CambiumImaging

/// Pixels as an embedding: the line that a learned encoder must beat.
public enum RawPixels {
    /// `side * side * 3` values from 0 to 1: the image resized without keeping its aspect, row by
    /// row, channels interleaved. Subtract the training mean before comparing by cosine.
    /// - Precondition: `side` is positive.
    public static func embedding(of image: RGBImage, side: Int = 32) -> [Float] {
        image.resized(width: side, height: side).pixels.map { Float($0) / 255 }
    }

    /// Takes the mean training row `[dimension]` away from every row of both tables.
    public static func center(train: inout [Float], test: inout [Float], dimension: Int) {
        guard dimension > 0, !train.isEmpty else { return }
        var mean = [Double](repeating: 0, count: dimension)
        for index in train.indices { mean[index % dimension] += Double(train[index]) }
        let rows = Double(train.count / dimension)
        for index in train.indices { train[index] -= Float(mean[index % dimension] / rows) }
        for index in test.indices { test[index] -= Float(mean[index % dimension] / rows) }
    }
}
