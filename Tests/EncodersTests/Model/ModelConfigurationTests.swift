import CambiumEncoders
import CambiumFiles
import Testing

@Suite struct ModelConfigurationTests {
    @Test(arguments: [
        ("IMAGE_ENCODER: {SPEC: {MLP_RATIO: 9223372036854775807}}", "SPEC"),
        ("IMAGE_ENCODER: {SPEC: {MLP_RATIO: 0}}", "SPEC"),
        ("IMAGE_ENCODER: {SPEC: {WINDOW_SIZE: 9223372036854775807}}", "SPEC"),
        ("IMAGE_ENCODER: {SPEC: {DEPTHS: [1, 1, 99999999999, 1]}}", "SPEC"),
        ("IMAGE_ENCODER: {SPEC: {PATCH_PADDING: [3, 1, 1, 9223372036854775807]}}", "SPEC"),
        ("IMAGE_ENCODER: {SPEC: {PATCH_SIZE: [7, 3, 3, 99999999999]}}", "SPEC"),
        ("LANG_ENCODER: {LAYERS: 99999999999}", "WIDTH"),
        ("LANG_ENCODER: {WIDTH: 4611686018427387904}", "WIDTH"),
        ("LANG_ENCODER: {VOCAB_SIZE: 0}", "WIDTH"),
        ("UNICL_MODEL: {DIM_PROJECTION: 9223372036854775807}", "DIM_PROJECTION"),
    ])
    func `a size that no tower can have is refused before one is built`(
        text: String, key: String
    ) throws {
        #expect {
            _ = try ModelConfiguration(Settings(text: text, file: "config.yaml"))
        } throws: {
            "\($0)".hasPrefix("config.yaml") && "\($0)".contains(key)
        }
    }
}
