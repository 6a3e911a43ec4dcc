// swift-tools-version: 6.2
import PackageDescription

let package = Package(
    name: "EmbedAndClassify",
    dependencies: [
        .package(name: "cambium", path: "../.."),
        .package(url: "https://github.com/hummingbird-project/hummingbird.git", from: "2.28.1"),
    ],
    targets: [
        .executableTarget(
            name: "EmbedAndClassify",
            dependencies: [
                .product(name: "CambiumLearning", package: "cambium"),
                // libtorch, which is opened from beside the program.
                .product(name: "CambiumTorch", package: "cambium"),
                .product(name: "Hummingbird", package: "hummingbird"),
            ])
    ])
