import CambiumFiles
import CambiumImaging
import CambiumPackaging
import CambiumServing
import Testing

@Suite struct StandardizationTests {
    @Test func `it is a resize, a JPEG and its pixels`() throws {
        let counter = try Counter()
        let bytes = try FileSystem.read("\(counter.release)/images/photo.jpg")
        let image = try ImageDecoder.decode(bytes).image
        let jpeg = try JPEGEncoder.encode(image.resized(width: 512, height: 512), quality: 75)
        #expect(try ImageStandardization()(image) == ImageDecoder.decode(jpeg).image)
    }

    @Test func `it is read from two numbers`() throws {
        #expect(try ImageStandardization(argument: "512,75") == ImageStandardization())
        for text in ["", "512", "512,", "512,75,1", "0,75", "512,101", "a,b", "4096,75"] {
            #expect(ImageStandardization(argument: text) == nil)
        }
    }

    @Test func `a request's own numbers come before the server's`() async throws {
        let counter = try Counter()
        let image = try counter.base64()
        let plain = counter.request([[image, ""]])
        let asked = counter.request(
            [[image, ""]],
            params: [
                "image_standardization_image_size": 512,
                "image_standardization_jpeg_compression_ratio": 75,
            ])
        let (without, with) = try await counter.serving { caller, _ in
            (try await caller.call("/score", plain), try await caller.call("/score", asked))
        }
        let always = try await counter.serving {
            $0.standardization = try ImageStandardization()
        } _: { caller, _ in
            try await caller.call("/score", plain)
        }
        #expect(with.json["image_features"] == always.json["image_features"])
        #expect(with.json["image_features"] != without.json["image_features"])
    }
}
