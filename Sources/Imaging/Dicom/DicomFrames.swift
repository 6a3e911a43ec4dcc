/// The frames of a DICOM file, one at a time.
struct DicomFrames {
    private let file: DicomFile
    let header: DicomHeader
    /// The fragments of each frame of encapsulated pixel data; empty for native data.
    private var fragments: [[Range<Int>]] = []

    /// Reads the header and finds the frames; nothing is decoded yet.
    init(_ file: DicomFile, _ limits: ImageLimits) throws(ImageError) {
        self.file = file
        header = try DicomHeader(file.elements, limits)
        switch file.syntax {
        case .native, .deflated: try checkLength()
        default: fragments = try Self.grouped(file, header.frames)
        }
    }

    /// The stored samples of a frame, counted from 0.
    func samples(_ frame: Int) throws(ImageError) -> DicomSamples {
        guard (0..<header.frames).contains(frame) else {
            throw .dicom(
                detail: "there is no frame \(frame + 1); the file has \(header.frames)")
        }
        return switch file.syntax {
        case .native, .deflated: native(frame)
        case .rle: try runLength(frame)
        case .jpeg, .jpegLS, .jpeg2000: try decoded(frame)
        }
    }
}

// MARK: - Native

extension DicomFrames {
    /// Bits of one frame.
    private var frameBits: Int {
        let pixels = header.width * header.height
        // Two pixels share their colour.
        return header.photometric == .ybrFull422
            ? (pixels + 1) / 2 * 4 * header.bitsAllocated
            : pixels * header.samples * header.bitsAllocated
    }

    private func checkLength() throws(ImageError) {
        guard let pixels = file.elements.elements[.pixels], pixels.hasLength else {
            throw .dicom(
                detail: "broken DICOM: encapsulated pixel data, but the transfer syntax is "
                    + "\(file.syntax.name); copy the file again or leave it out")
        }
        let needed = (frameBits * header.frames + 7) / 8
        guard pixels.range.count >= needed else {
            throw .dicom(
                detail: "truncated DICOM: \(pixels.range.count) bytes of pixel data, \(needed) are "
                    + "needed; copy the file again or leave it out")
        }
        guard header.photometric != .ybrFull422 || header.bitsAllocated == 8 && !header.isPlanar
        else { throw .dicom(detail: "a DICOM of YBR_FULL_422 that is not 8 bits; convert it") }
    }

    private func native(_ frame: Int) -> DicomSamples {
        guard let pixels = file.elements.elements[.pixels] else { return sampled([]) }
        let first = frame * frameBits
        let range = pixels.range.lowerBound + first / 8
        let count = (first % 8 + frameBits + 7) / 8
        let isBig = pixels.encoding.isBig
        var bytes = [UInt8](file.elements.bytes[range..<range + count])
        // Words of a big-endian file hold bytes and bits the other way round.
        if isBig, pixels.isWords, header.bitsAllocated <= 8 {
            bytes = swapped(from: first / 8, count: count, in: pixels.range)
        }
        if header.bitsAllocated == 1, first % 8 != 0 { bytes = Self.moved(bytes, by: first % 8) }
        if header.photometric == .ybrFull422 { bytes = spread(bytes) }
        return sampled(bytes, isBig: isBig, isPlanar: header.isPlanar)
    }

    private func sampled(
        _ bytes: [UInt8], isBig: Bool = false, isPlanar: Bool = false
    ) -> DicomSamples {
        DicomSamples(
            width: header.width, height: header.height, samples: header.samples,
            bitsAllocated: header.bitsAllocated, bits: header.bitsStored,
            shift: header.highBit + 1 - header.bitsStored, isSigned: header.isSigned,
            isBig: isBig, isPlanar: isPlanar, bytes: bytes)
    }

    private func swapped(from first: Int, count: Int, in range: Range<Int>) -> [UInt8] {
        (first..<first + count).map { index in
            let place = range.lowerBound + (index ^ 1)
            return place < range.upperBound ? file.elements.bytes[place] : 0
        }
    }

    /// Bits moved towards the lowest of the first byte.
    private static func moved(_ bytes: [UInt8], by bits: Int) -> [UInt8] {
        bytes.indices.map { index in
            let next = index + 1 < bytes.count ? bytes[index + 1] : 0
            return bytes[index] >> UInt8(bits) | next << UInt8(8 - bits)
        }
    }

    /// Y Y Cb Cr for two pixels to Y Cb Cr for each.
    private func spread(_ bytes: [UInt8]) -> [UInt8] {
        var out: [UInt8] = []
        out.reserveCapacity(header.width * header.height * 3)
        for pixel in 0..<header.width * header.height {
            let pair = pixel / 2 * 4
            out += [bytes[pair + pixel % 2], bytes[pair + 2], bytes[pair + 3]]
        }
        return out
    }
}

// MARK: - Encapsulated

extension DicomFrames {
    private func runLength(_ frame: Int) throws(ImageError) -> DicomSamples {
        let bytes = joined(fragments[frame])
        let size = header.bitsAllocated / 8
        guard size > 0 else { throw .dicom(detail: "a DICOM of 1 bit in RLE; convert it") }
        let planes = try RunLength.decode(
            bytes, segments: header.samples * size, length: header.width * header.height)
        return sampled(planes.littleEndian(size), isPlanar: header.samples > 1)
    }

    private func decoded(_ frame: Int) throws(ImageError) -> DicomSamples {
        let bytes = joined(fragments[frame])
        let result = bytes.withUnsafeBytes { raw in
            Result { () throws(ImageError) in
                let stream = try DicomCodestream(raw, 0..<raw.count, file.syntax)
                try check(stream)
                let part = UnsafeRawBufferPointer(rebasing: raw[stream.range])
                let (pixels, isPlanar) = try stream.samples(part, file.syntax)
                return DicomSamples(
                    width: header.width, height: header.height, samples: header.samples,
                    bitsAllocated: stream.bits <= 8 ? 8 : 16, bits: valueBits(stream), shift: 0,
                    isSigned: header.isSigned, isPlanar: isPlanar, bytes: pixels)
            }
        }
        return try result.get()
    }

    private func check(_ stream: DicomCodestream) throws(ImageError) {
        guard stream.width == header.width, stream.height == header.height,
            stream.samples == header.samples
        else {
            throw .dicom(
                detail: "broken DICOM: the codestream has \(stream.width) x \(stream.height) "
                    + "pixels of \(stream.samples) samples, the header \(header.width) x "
                    + "\(header.height) of \(header.samples); leave it out")
        }
    }

    /// The bits of a decoded value: JPEG 2000 knows them itself; JPEG may have been given more
    /// than are stored.
    private func valueBits(_ stream: DicomCodestream) -> Int {
        file.syntax == .jpeg2000 ? stream.bits : min(stream.bits, header.bitsStored)
    }

    private func joined(_ ranges: [Range<Int>]) -> [UInt8] {
        ranges.count == 1
            ? [UInt8](file.elements.bytes[ranges[0]])
            : ranges.flatMap { file.elements.bytes[$0] }
    }

    /// Which fragments make which frame: one each, or by the offset table, or by the end markers
    /// of JPEG.
    private static func grouped(
        _ file: DicomFile, _ frames: Int
    ) throws(ImageError) -> [[Range<Int>]] {
        let all = try file.elements.fragments()
        let fragments = all.dropFirst().filter { !$0.isEmpty }
        guard fragments.count >= frames, let first = all.dropFirst().first else {
            throw .dicom(
                detail: "truncated DICOM: \(fragments.count) fragments of pixel data for "
                    + "\(frames) frames; copy the file again or leave it out")
        }
        if frames == 1 { return [Array(fragments)] }
        if fragments.count == frames { return fragments.map { [$0] } }
        let starts = Set(offsets(file, all[0]).map { $0 + first.lowerBound })
        let byTable = split(fragments) { starts.contains($0.lowerBound) }
        if byTable.count == frames { return byTable }
        var isNew = true
        let byMarker = split(fragments) { fragment in
            defer { isNew = endsPicture(file.elements.bytes[fragment]) }
            return isNew
        }
        guard byMarker.count == frames else {
            throw .dicom(
                detail: "broken DICOM: \(fragments.count) fragments for \(frames) frames and no "
                    + "usable offset table; leave it out")
        }
        return byMarker
    }

    /// The basic offset table; offsets count from the first fragment's header.
    private static func offsets(_ file: DicomFile, _ table: Range<Int>) -> [Int] {
        stride(from: table.lowerBound, to: table.upperBound - 3, by: 4)
            .map { file.elements.bytes.long($0, big: false) }
    }

    private static func split(
        _ fragments: [Range<Int>], where begins: (Range<Int>) -> Bool
    ) -> [[Range<Int>]] {
        var groups: [[Range<Int>]] = []
        for fragment in fragments {
            if begins(fragment) || groups.isEmpty { groups.append([]) }
            groups[groups.count - 1].append(fragment)
        }
        return groups
    }

    private static func endsPicture(_ fragment: Slice<UnsafeRawBufferPointer>) -> Bool {
        let tail = fragment.suffix(12)
        return zip(tail, tail.dropFirst()).contains { $0 == 0xFF && $1 == 0xD9 }
    }
}
