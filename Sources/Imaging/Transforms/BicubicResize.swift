import CCambiumImage

/// A rectangle on an image in pixels, edges in single precision as Pillow's `resize(box=)` has.
public struct ImageBox: Sendable, Equatable {
    /// Left edge; 0 is the image's own.
    public var left: Float
    /// Top edge; 0 is the image's own.
    public var top: Float
    /// Right edge; at most the image's width.
    public var right: Float
    /// Bottom edge; at most the image's height.
    public var bottom: Float

    /// A rectangle by its edges.
    public init(left: Float, top: Float, right: Float, bottom: Float) {
        self.left = left
        self.top = top
        self.right = right
        self.bottom = bottom
    }
}

extension RGBImage {
    /// The image at another size, aspect not kept: `Image.resize((width, height))` of Pillow 11
    /// (bicubic, antialiased) to the last bit.
    /// - Precondition: both sides are positive.
    public func resized(width: Int, height: Int) -> RGBImage {
        let whole = ImageBox(
            left: 0, top: 0, right: Float(self.width), bottom: Float(self.height))
        return resized(width: width, height: height, box: whole)
    }

    /// The part `box` of the image at another size: Pillow 11's `resize(size, box=box)`. Pixels
    /// just outside the box still weigh in at its edges.
    /// - Precondition: both sides are positive; the box lies on the image and is not empty.
    public func resized(width: Int, height: Int, box: ImageBox) -> RGBImage {
        precondition(width > 0 && height > 0, "an image has at least one pixel")
        precondition(
            box.left >= 0 && box.left < box.right && box.right <= Float(self.width)
                && box.top >= 0 && box.top < box.bottom && box.bottom <= Float(self.height),
            "the box lies on the image")
        // Rows first, then columns; a pass that would change nothing is left out, as Pillow does.
        let across = width != self.width || box.left != 0 || box.right != Float(width)
        let down = height != self.height || box.top != 0 || box.bottom != Float(height)
        var columns = BicubicWeights(
            input: self.height, from: box.top, to: box.bottom, output: height)
        let rows = down ? columns.inputs : 0..<self.height
        columns.move(by: -rows.lowerBound)
        let weights = BicubicWeights(
            input: self.width, from: box.left, to: box.right, output: width)
        let middle = across ? resizedRows(rows, weights, width: width) : cropped(rows)
        return down ? middle.resizedColumns(columns, height: height) : middle
    }

    private func cropped(_ rows: Range<Int>) -> RGBImage {
        if rows.count == height { return self }
        let part = pixels[(rows.lowerBound * width * 3)..<(rows.upperBound * width * 3)]
        return RGBImage(width: width, height: rows.count, pixels: Array(part))
    }

    private func resizedRows(
        _ rows: Range<Int>, _ weights: BicubicWeights, width: Int
    ) -> RGBImage {
        RGBImage(width: width, height: rows.count) { out in
            let room = cimage_resize_scratch(self.width, width, Int32(weights.taps))
            withUnsafeTemporaryAllocation(of: Int32.self, capacity: room) { scratch in
                let from = rows.lowerBound * self.width * 3
                pixels.withUnsafeBufferPointer { pixels in
                    weights.withPointers {
                        cimage_resize_rows(
                            pixels.baseAddress.map { $0 + from }, self.width, rows.count, $0,
                            out.baseAddress, width, scratch.baseAddress)
                    }
                }
            }
        }
    }

    private func resizedColumns(_ weights: BicubicWeights, height: Int) -> RGBImage {
        RGBImage(width: width, height: height) { out in
            pixels.withUnsafeBufferPointer { pixels in
                weights.withPointers {
                    cimage_resize_columns(
                        pixels.baseAddress, width * 3, $0, out.baseAddress, height)
                }
            }
        }
    }
}

extension BicubicWeights {
    /// The inputs that any output uses.
    fileprivate var inputs: Range<Int> {
        let last = counts.count - 1
        return Int(starts[0])..<Int(starts[last] + counts[last])
    }

    fileprivate func withPointers(_ body: (cimage_weights) -> Void) {
        starts.withUnsafeBufferPointer { starts in
            counts.withUnsafeBufferPointer { counts in
                weights.withUnsafeBufferPointer { weights in
                    body(
                        cimage_weights(
                            starts: starts.baseAddress, counts: counts.baseAddress,
                            weights: weights.baseAddress, taps: Int32(taps)))
                }
            }
        }
    }
}
