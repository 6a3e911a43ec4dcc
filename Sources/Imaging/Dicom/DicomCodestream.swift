internal import CCambiumDicom

/// What a compressed frame says of itself, read before any codec touches it: JPEG's and
/// JPEG-LS's frame header (SOF), JPEG 2000's image and tile size (SIZ).
struct DicomCodestream {
    let width: Int
    let height: Int
    let samples: Int
    /// Bits of a sample.
    let bits: Int
    /// Whether libjpeg-turbo reads it, which knows 8 bits and cosine transforms.
    let isPlainJPEG: Bool
    /// The codestream without a wrapper around it.
    let range: Range<Int>

    /// Reads the header of one frame.
    init(
        _ bytes: UnsafeRawBufferPointer, _ range: Range<Int>, _ syntax: DicomSyntax
    ) throws(ImageError) {
        let reader = Reader(bytes: bytes, range: range)
        self = try syntax == .jpeg2000 ? reader.sizes() : reader.frameHeader(syntax)
        guard width > 0, height > 0, [1, 3].contains(samples), (1...16).contains(bits) else {
            throw .dicom(
                detail: "a DICOM whose codestream has \(width) x \(height) pixels, \(samples) "
                    + "samples of \(bits) bits, which is not read; convert it")
        }
    }

    private init(
        _ width: Int, _ height: Int, _ samples: Int, _ bits: Int, _ range: Range<Int>,
        isPlainJPEG: Bool = false
    ) {
        (self.width, self.height, self.samples) = (width, height, samples)
        (self.bits, self.range, self.isPlainJPEG) = (bits, range, isPlainJPEG)
    }

    private struct Reader {
        let bytes: UnsafeRawBufferPointer
        let range: Range<Int>

        func frameHeader(_ syntax: DicomSyntax) throws(ImageError) -> DicomCodestream {
            guard range.count > 4, short(range.lowerBound) == 0xFFD8 else { throw broken("JPEG") }
            var place = range.lowerBound + 2
            while place + 10 <= range.upperBound {
                guard bytes[place] == 0xFF else { throw broken("JPEG") }
                let marker = bytes[place + 1]
                if marker == 0xFF {
                    place += 1
                    continue
                }
                if try isFrame(marker, syntax) {
                    return DicomCodestream(
                        short(place + 7), short(place + 5), Int(bytes[place + 9]),
                        Int(bytes[place + 4]), range,
                        isPlainJPEG: bytes[place + 4] == 8 && marker != 0xC3)
                }
                place += 2 + max(short(place + 2), 2)
            }
            throw broken("JPEG")
        }

        private func isFrame(_ marker: UInt8, _ syntax: DicomSyntax) throws(ImageError) -> Bool {
            switch marker {
            case 0xC0, 0xC1, 0xC3: if syntax == .jpeg { return true }
            case 0xF7: if syntax == .jpegLS { return true }
            case 0xC2, 0xC5...0xC7, 0xC9...0xCB, 0xCD...0xCF: break
            default: return false
            }
            throw .dicom(
                detail: "a DICOM with a JPEG of a process that is not read (marker FF"
                    + "\(String(marker, radix: 16, uppercase: true))); convert it")
        }

        func sizes() throws(ImageError) -> DicomCodestream {
            let start = try codestream()
            guard range.upperBound - start >= 43, short(start) == 0xFF4F, short(start + 2) == 0xFF51
            else { throw broken("JPEG 2000") }
            let corners = (0..<8).map { long(start + 8 + 4 * $0) }
            try checkTiles(corners)
            let samples = short(start + 40)
            let precisions = start + 42
            guard [1, 3].contains(samples), range.upperBound >= precisions + 3 * samples else {
                throw broken("JPEG 2000")
            }
            for sample in 1..<max(samples, 2) where sample < samples {
                guard bytes[precisions + 3 * sample] == bytes[precisions] else {
                    throw broken("JPEG 2000")
                }
            }
            for place in 0..<samples {
                let step = (bytes[precisions + 3 * place + 1], bytes[precisions + 3 * place + 2])
                guard step == (1, 1) else { throw broken("JPEG 2000 (subsampled colours)") }
            }
            try JPEG2000Packets.check(
                bytes, start..<range.upperBound, corners: corners, samples: samples)
            return DicomCodestream(
                corners[0] - corners[2], corners[1] - corners[3], samples,
                Int(bytes[precisions] & 0x7F) + 1, start..<range.upperBound)
        }

        /// Every tile takes some kilobytes before its first byte is read.
        private func checkTiles(_ corners: [Int]) throws(ImageError) {
            guard corners[4] > 0, corners[5] > 0 else { throw broken("JPEG 2000") }
            let columns = (corners[0] - corners[6]) / corners[4] + 1
            let rows = (corners[1] - corners[7]) / corners[5] + 1
            guard columns >= 1, rows >= 1, columns <= 4096, rows <= 4096, columns * rows <= 4096
            else {
                throw .dicom(detail: "a DICOM with a JPEG 2000 of more than 4096 tiles; convert it")
            }
        }

        /// Where the codestream begins, also inside a JP2 file's boxes, which some writers keep.
        private func codestream() throws(ImageError) -> Int {
            var place = range.lowerBound
            guard range.count >= 12, long(place) == 12, long(place + 4) == 0x6A50_2020 else {
                return place
            }
            while range.upperBound - place >= 16 {
                let (length, kind) = (long(place), long(place + 4))
                if kind == 0x6A70_3263 { return place + (length == 1 ? 16 : 8) }
                guard length >= 8 else { break }
                place += length
            }
            throw broken("JPEG 2000")
        }

        private func short(_ offset: Int) -> Int { Int(bytes.short(offset, big: true)) }
        private func long(_ offset: Int) -> Int { bytes.long(offset, big: true) }

        private func broken(_ what: String) -> ImageError {
            .dicom(
                detail: "broken DICOM: the pixel data is no readable \(what); copy the file again "
                    + "or leave it out")
        }
    }
}

extension DicomCodestream {
    /// The samples of the frame, 1 byte each up to 8 bits and 2 above, and whether the colours
    /// stand in planes.
    func samples(
        _ bytes: UnsafeRawBufferPointer, _ syntax: DicomSyntax
    ) throws(ImageError) -> (bytes: [UInt8], isPlanar: Bool) {
        if syntax == .jpeg, !isPlainJPEG { return (try deepJPEG(bytes), true) }
        let frame = cdicom_frame(
            width: UInt32(width), height: UInt32(height), samples: UInt32(samples),
            bits: UInt32(bits))
        let start = bytes.baseAddress?.assumingMemoryBound(to: UInt8.self)
        let capacity = width * height * samples * (bits <= 8 ? 1 : 2)
        var message = [CChar](repeating: 0, count: Int(CDICOM_MESSAGE_SIZE))
        var (status, isPlanar) = (CDICOM_OK, Int32(0))
        let pixels = [UInt8](unsafeUninitializedCapacity: capacity) { out, filled in
            let room = out.baseAddress
            status =
                switch syntax {
                case .jpeg2000: cdicom_jpeg2000(frame, start, bytes.count, room, &message)
                case .jpegLS:
                    cdicom_jpegls(frame, start, bytes.count, room, &isPlanar, &message)
                default: cdicom_jpeg(frame, start, bytes.count, room, &message)
                }
            filled = status == CDICOM_OK ? capacity : 0
        }
        guard status == CDICOM_OK else {
            throw status == CDICOM_NO_MEMORY
                ? .outOfMemory(detail: "\(width) x \(height) pixels")
                : .dicom(
                    detail: "broken DICOM: \(syntax.name), \(message.text.oneWord); "
                        + "copy the file again or leave it out")
        }
        return (pixels, isPlanar != 0)
    }

    private func deepJPEG(_ bytes: UnsafeRawBufferPointer) throws(ImageError) -> [UInt8] {
        // A block of 64 samples takes 2 bits at least: more than that cannot come out.
        guard width * height * samples <= (bytes.count + 1024) * 256 else {
            throw JPEGReader.broken("it ends before the picture does")
        }
        let planes = try DeepJPEG.decode(bytes).planes
        var out: [UInt8] = []
        out.reserveCapacity(width * height * samples * (bits <= 8 ? 1 : 2))
        for sample in planes.joined() {
            out.append(UInt8(truncatingIfNeeded: sample))
            if bits > 8 { out.append(UInt8(sample >> 8)) }
        }
        return out
    }
}
