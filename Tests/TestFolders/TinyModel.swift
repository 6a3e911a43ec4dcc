/// The smallest model that trains in a test: both towers from scratch.
package enum TinyModel {
    /// Its sections of a training recipe.
    package static let sections = """
        IMAGE_ENCODER:
          NAME: davit_v1
          IMAGE_SIZE: [32, 32]
          SPEC:
            DROP_PATH_RATE: 0.1
            PATCH_SIZE: [7, 3, 3, 3]
            PATCH_STRIDE: [4, 2, 2, 2]
            PATCH_PADDING: [3, 1, 1, 1]
            PATCH_PRENORM: [false, true, true, true]
            DIM_EMBED: [8, 8, 16, 16]
            NUM_HEADS: [2, 2, 2, 2]
            NUM_GROUPS: [2, 2, 2, 2]
            DEPTHS: [1, 1, 1, 1]
            WINDOW_SIZE: 4
        LANG_ENCODER:
          NAME: transformer
          TOKENIZER: clip
          CONTEXT_LENGTH: 16
          WIDTH: 8
          HEADS: 2
          LAYERS: 1
          AUTOGRESSIVE: false
        UNICL_MODEL: {DIM_PROJECTION: 16}
        """
}
