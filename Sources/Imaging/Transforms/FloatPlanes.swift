/// A picture as three planes of single precision, `[3, height, width]`.
package struct FloatPlanes: Equatable {
    package let width: Int
    package let height: Int
    package var values: [Float]

    var planeSize: Int { width * height }

    package init(width: Int, height: Int, values: [Float]) {
        self.width = width
        self.height = height
        self.values = values
    }

    /// Each channel's bytes through that channel's table of 256 values.
    package init(_ image: RGBImage, tables: [[Float]]) {
        width = image.width
        height = image.height
        let count = image.width * image.height
        values = [Float](unsafeUninitializedCapacity: 3 * count) { out, filled in
            image.pixels.withUnsafeBufferPointer { pixels in
                for channel in 0..<3 {
                    tables[channel].withUnsafeBufferPointer { table in
                        for index in 0..<count {
                            out[channel * count + index] = table[Int(pixels[3 * index + channel])]
                        }
                    }
                }
            }
            filled = 3 * count
        }
    }

    /// Changes every value by its channel.
    package mutating func map(_ change: (_ channel: Int, _ value: Float) -> Float) {
        let count = planeSize
        values.withUnsafeMutableBufferPointer { values in
            for channel in 0..<3 {
                for index in (channel * count)..<((channel + 1) * count) {
                    values[index] = change(channel, values[index])
                }
            }
        }
    }

    /// Sets a rectangle of every plane, row by row, to values by channel.
    package mutating func fill(
        _ area: PixelRectangle, with value: (_ channel: Int) -> Float
    ) {
        for channel in 0..<3 {
            for row in area.top..<(area.top + area.height) {
                let start = (channel * height + row) * width + area.left
                for index in start..<(start + area.width) { values[index] = value(channel) }
            }
        }
    }
}
