public import CambiumImaging

/// How pixels become the encoder's input: part of the model, so that training and prediction
/// treat an image alike.
public struct Preprocessing: Sendable, Equatable {
    /// Height of the encoder's input in pixels.
    public var height = 480
    /// Width of the encoder's input in pixels.
    public var width = 480
    /// Mean of each colour channel, in 0...1.
    public var mean = [0.485, 0.456, 0.406]
    /// Standard deviation of each colour channel, in 0...1.
    public var deviation = [0.229, 0.224, 0.225]
    /// How files become pixels, as the data set was prepared that the model learned from; nil
    /// where that is not known, as for MedImageInsight's release.
    public var reading: ImageReading?

    /// MedImageInsight's own values.
    public init() {}

    /// The way from a picture to the encoder's input; in training `augmentation` varies it.
    public func transform(
        _ augmentation: Augmentation = Augmentation()
    ) throws(ImageError) -> ImageTransform {
        try ImageTransform(
            width: width, height: height, mean: mean.map(Float.init),
            std: deviation.map(Float.init), augmentation: augmentation)
    }
}
