/// One frame as it is looked at: 8 bits, red, green, blue.
struct DicomPicture {
    private let elements: DicomElements
    private let header: DicomHeader
    private let samples: DicomSamples
    private let frame: Int

    init(
        _ elements: DicomElements, _ header: DicomHeader, _ samples: DicomSamples, frame: Int
    ) {
        (self.elements, self.header) = (elements, header)
        (self.samples, self.frame) = (samples, frame)
    }

    /// The picture, and what should be known about it.
    func image(
        _ recipe: IntensityRecipe
    ) throws(ImageError) -> (image: RGBImage, warning: String?) {
        switch header.photometric {
        case .monochrome1, .monochrome2: try grey(recipe)
        case .palette: (try palette(), nil)
        case .rgb, .ybrICT, .ybrRCT: (colour { ($0, $1, $2) }, nil)
        // JPEG 2000 undoes its own colour transform.
        case .ybrFull, .ybrFull422: (colour(Self.redGreenBlue), nil)
        }
    }

    private func made(_ fill: (UnsafeMutableBufferPointer<UInt8>) -> Void) -> RGBImage {
        RGBImage(width: samples.width, height: samples.height, fill: fill)
    }
}

// MARK: - Grey

extension DicomPicture {
    private func grey(
        _ recipe: IntensityRecipe
    ) throws(ImageError) -> (image: RGBImage, warning: String?) {
        let intensity = try DicomIntensity(elements, frame: frame, isSigned: header.isSigned)
        let padding = DicomPadding(elements, isSigned: header.isSigned)
        let (map, warning) = map(recipe, intensity, padding)
        let isInverted = header.photometric == .monochrome1
        let shade: (Int) -> UInt8 = { stored in
            if padding.contains(stored) { return 0 }
            let grey = map.grey(intensity.scaling(stored))
            return isInverted ? 255 - grey : grey
        }
        guard samples.bits <= 16 else { return (painted(shade), warning) }
        // Each stored value is looked up, not computed.
        let lowest = samples.range.lowerBound
        let shades = samples.range.map(shade)
        return (painted { shades[$0 - lowest] }, warning)
    }

    private func painted(_ shade: (Int) -> UInt8) -> RGBImage {
        made { out in
            for pixel in 0..<samples.pixels {
                let grey = shade(samples.value(pixel))
                for channel in 0..<3 { out[3 * pixel + channel] = grey }
            }
        }
    }

    /// What the recipe means for this frame.
    private func map(
        _ recipe: IntensityRecipe, _ intensity: DicomIntensity, _ padding: DicomPadding
    ) -> (map: GreyMap, warning: String?) {
        switch recipe {
        case .window(let center, let width):
            return (.window(center: center, width: width, .linear), nil)
        case .percentiles(let low, let high):
            let counts = counts(intensity.scaling, padding)
            return ranged(counts.percentile(low), counts.percentile(high), nil)
        case .full: return (full(intensity.scaling), nil)
        case .auto:
            if let view = intensity.view { return (view, intensity.warning) }
            // Eight bits are made to be looked at as they are.
            if header.bitsAllocated <= 8 { return (full(intensity.scaling), intensity.warning) }
            let (low, high) = counts(intensity.scaling, padding).range
            return ranged(low, high, intensity.warning)
        }
    }

    private func ranged(
        _ low: Double, _ high: Double, _ warning: String?
    ) -> (map: GreyMap, warning: String?) {
        let flat = low < high ? nil : "no contrast between the values; the picture is black"
        return (.range(low: low, high: high), flat ?? warning)
    }

    /// From one end of what the stored bits can express to the other.
    private func full(_ scaling: DicomIntensity.Scaling) -> GreyMap {
        if case .table(_, let outputs) = scaling {
            return .range(low: Double(outputs.min() ?? 0), high: Double(outputs.max() ?? 0))
        }
        let ends = [scaling(samples.range.lowerBound), scaling(samples.range.upperBound)]
        return .range(low: min(ends[0], ends[1]), high: max(ends[0], ends[1]))
    }

    /// How often each value occurs that is no padding.
    private func counts(
        _ scaling: DicomIntensity.Scaling, _ padding: DicomPadding
    ) -> ValueCounts {
        guard samples.bits <= 16 else {
            let values = (0..<samples.pixels).map { samples.value($0) }
                .filter { !padding.contains($0) }
            return ValueCounts(values.map { (scaling($0), 1) })
        }
        let lowest = samples.range.lowerBound
        var counts = [Int](repeating: 0, count: samples.range.count)
        for pixel in 0..<samples.pixels { counts[samples.value(pixel) - lowest] += 1 }
        return ValueCounts(
            counts.enumerated()
                .filter { $0.element > 0 && !padding.contains($0.offset + lowest) }
                .map { (scaling($0.offset + lowest), $0.element) })
    }
}

// MARK: - Colour

extension DicomPicture {
    private typealias Colour = (Int, Int, Int)

    private func colour(_ convert: (Int, Int, Int) -> Colour) -> RGBImage {
        made { out in
            for pixel in 0..<samples.pixels {
                let colour = convert(eight(pixel, 0), eight(pixel, 1), eight(pixel, 2))
                out[3 * pixel] = UInt8(colour.0)
                out[3 * pixel + 1] = UInt8(colour.1)
                out[3 * pixel + 2] = UInt8(colour.2)
            }
        }
    }

    /// The 8 highest bits of a sample; fewer are stretched.
    private func eight(_ pixel: Int, _ channel: Int) -> Int {
        let value = max(samples.value(pixel, channel), 0)
        return samples.bits >= 8
            ? value >> (samples.bits - 8) & 0xFF : value * 255 / (1 << samples.bits - 1)
    }

    /// PS3.3, C.7.6.3.1.2.
    private static func redGreenBlue(_ y: Int, _ cb: Int, _ cr: Int) -> Colour {
        let (y, cb, cr) = (Double(y), Double(cb - 128), Double(cr - 128))
        func level(_ value: Double) -> Int { Int(min(max((value + 0.5).rounded(.down), 0), 255)) }
        return (
            level(y + 1.402 * cr),
            level(y - 0.114 * 1.772 / 0.587 * cb - 0.299 * 1.402 / 0.587 * cr),
            level(y + 1.772 * cb)
        )
    }

    /// Indices into the file's tables of red, green and blue.
    private func palette() throws(ImageError) -> RGBImage {
        var tables: [DicomPalette] = []
        for channel in 0..<3 {
            tables.append(try DicomPalette(elements, channel, isSigned: header.isSigned))
        }
        return made { out in
            for pixel in 0..<samples.pixels {
                let index = samples.value(pixel)
                for channel in 0..<3 { out[3 * pixel + channel] = tables[channel][index] }
            }
        }
    }
}

/// One colour's table (PS3.3, C.7.9).
private struct DicomPalette {
    private let first: Int
    private let levels: [UInt8]

    init(_ elements: DicomElements, _ channel: Int, isSigned: Bool) throws(ImageError) {
        let descriptor = elements.shorts(DicomTag.paletteDescriptors[channel])
        let tag = DicomTag.palettes[channel]
        guard let data = elements.value(tag) else {
            let isSegmented = elements.elements[DicomTag.segmentedPalettes[channel]] != nil
            throw .dicom(
                detail: isSegmented
                    ? "a DICOM with a segmented palette, which is not read; convert it to RGB"
                    : "broken DICOM: a palette image without its palette; leave it out")
        }
        guard descriptor.count == 3, [8, 16].contains(descriptor[2]) else {
            throw .dicom(detail: "broken DICOM: a palette without a usable descriptor")
        }
        let entries = descriptor[0] == 0 ? 1 << 16 : descriptor[0]
        first = isSigned ? Int(Int16(truncatingIfNeeded: descriptor[1])) : descriptor[1]
        let isPacked = descriptor[2] == 8 && data.count < 2 * entries
        let values = isPacked ? data.map(Int.init) : elements.shorts(tag)
        guard values.count >= entries else {
            throw .dicom(
                detail: "broken DICOM: a palette of \(values.count) entries, not \(entries)")
        }
        levels = values[..<entries].map {
            UInt8(truncatingIfNeeded: descriptor[2] == 8 ? $0 : $0 >> 8)
        }
    }

    subscript(_ index: Int) -> UInt8 { levels[min(max(index - first, 0), levels.count - 1)] }
}
