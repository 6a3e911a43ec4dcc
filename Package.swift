// swift-tools-version: 6.2
import Foundation
import PackageDescription

// libtorch comes from the torch wheel that `make setup` unpacks into .deps/ (see scripts/setup.sh).
let deps = Context.environment["CAMBIUM_DEPS"] ?? "\(Context.packageDirectory)/.deps"
let torch = "\(deps)/torch"

// The headers that come with the CUDA libraries, where those were fetched.
let cuda = ["\(deps)/nvidia/cu13/include", "\(deps)/nvidia/nccl/include"]
let hasCUDA = ["\(cuda[0])/cuda_runtime_api.h", "\(cuda[1])/nccl.h"].allSatisfy {
    FileManager.default.fileExists(atPath: $0)
}

// Warnings are errors for our own code where CAMBIUM_STRICT is set (`make check`, `.ci/run`).
let strict: [SwiftSetting] =
    Context.environment["CAMBIUM_STRICT"] == nil ? [] : [.treatAllWarnings(as: .error)]

let swift: [SwiftSetting] =
    [
        .swiftLanguageMode(.v6),
        .enableUpcomingFeature("ExistentialAny"),
        .enableUpcomingFeature("InternalImportsByDefault"),
        .enableUpcomingFeature("MemberImportVisibility"),
    ] + strict

let yams = Target.Dependency.product(name: "Yams", package: "Yams")
let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let arguments = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")
let http: [Target.Dependency] = [
    .product(name: "Hummingbird", package: "hummingbird"),
    .product(name: "HummingbirdCore", package: "hummingbird"),
    .product(name: "HummingbirdTLS", package: "hummingbird"),
    .product(name: "NIOCore", package: "swift-nio"),
    .product(name: "NIOPosix", package: "swift-nio"),
    .product(name: "NIOSSL", package: "swift-nio-ssl"),
    .product(name: "HTTPTypes", package: "swift-http-types"),
    .product(name: "NIOHTTPTypes", package: "swift-nio-extras"),
    .product(name: "Logging", package: "swift-log"),
    .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
]
let client: [Target.Dependency] = [
    .product(name: "AsyncHTTPClient", package: "async-http-client"),
    .product(name: "NIOCore", package: "swift-nio"),
    .product(name: "NIOHTTP1", package: "swift-nio"),
    .product(name: "NIOSSL", package: "swift-nio-ssl"),
]

/// One floor of the house: a Swift target and its mirror under Tests.
func floor(_ name: String, on dependencies: [Target.Dependency]) -> [Target] {
    [
        .target(name: name, dependencies: dependencies, swiftSettings: swift),
        .testTarget(
            name: "\(name)Tests",
            dependencies: [.init(stringLiteral: name)] + dependencies
                + (["Torch", "Training"].contains(name) ? ["RankThreads"] : [])
                + (["Pipelines", "Remote", "Serving"].contains(name) ? ["TestFolders"] : []),
            exclude: FileManager.default.fileExists(
                atPath: "\(Context.packageDirectory)/Tests/\(name)Tests/Fixtures")
                ? ["Fixtures"] : [],
            swiftSettings: swift),
    ]
}

// Opened where there is a GPU, after libtorch's CUDA side, whose symbols it uses.
let nccl: [Target] =
    !hasCUDA
    ? []
    : [
        .target(
            name: "CTorchNCCL",
            cxxSettings: [
                .headerSearchPath("stand-ins"),
                .unsafeFlags(
                    (cuda + ["\(torch)/include", "\(torch)/include/torch/csrc/api/include"])
                        .flatMap { ["-isystem", $0] }),
            ])
    ]

let targets: [Target] =
    [
        // C and C++ end here.
        .target(name: "CTorch"),
        // Opened when the first tensor is made, so nothing may depend on it.
        .target(
            name: "CTorchLibrary",
            cxxSettings: [
                .headerSearchPath("../CTorch/include"),
                .unsafeFlags([
                    "-isystem", "\(torch)/include",
                    "-isystem", "\(torch)/include/torch/csrc/api/include",
                ]),
            ],
            linkerSettings: [
                .unsafeFlags([
                    "-L\(torch)/lib", "-Xlinker", "-rpath", "-Xlinker", "\(torch)/lib",
                ]),
                .linkedLibrary("torch_cpu"), .linkedLibrary("c10"),
            ]),
        .target(name: "CProcess"),
        .target(
            name: "CVectorMath", exclude: ["erf_polynomial.py", "erf_polynomial.inc"]),
        .target(
            name: "CImage",
            linkerSettings: [
                .linkedLibrary("jpeg"), .linkedLibrary("png16"), .linkedLibrary("z"),
            ]),
        .target(
            name: "CDicom",
            cSettings: [.unsafeFlags(["-isystem", "/usr/include/openjpeg-2.5"])],
            linkerSettings: [
                .linkedLibrary("openjp2"), .linkedLibrary("charls"), .linkedLibrary("jpeg"),
                .linkedLibrary("z"),
            ]),
    ]
    + nccl
    + floor("Files", on: [crypto, yams])
    + floor("VectorMath", on: ["CVectorMath"])
    + floor("Torch", on: ["CTorch", "Files"])
    + floor("Imaging", on: ["CImage", "CDicom", "Files"])
    + floor("Corpus", on: ["Imaging", "Files", yams])
    + floor("Layers", on: ["Torch"])
    + floor("Encoders", on: ["Layers", "Torch", "Corpus", "Imaging", "Files", yams])
    + floor("Adapters", on: ["Layers", "VectorMath", "Torch", "Files"])
    + floor(
        "Training",
        on: [
            "Encoders", "Adapters", "Layers", "VectorMath", "Torch", "Corpus", "Imaging", "Files",
            yams,
        ])
    + floor(
        "Evaluation",
        on: ["Encoders", "Adapters", "VectorMath", "Torch", "Corpus", "Imaging", "Files"])
    + floor(
        "Packaging",
        on: ["Evaluation", "Encoders", "Adapters", "Torch", "Corpus", "Imaging", "Files"])
    + floor("Pipelines", on: ["Files", yams])
    + floor("Remote", on: ["Files"] + client)
    + floor(
        "Serving",
        on: ["Packaging", "Evaluation", "Encoders", "Torch", "Corpus", "Imaging", "Files"] + http)
    + [
        .executableTarget(
            name: "cambium",
            dependencies: [
                "Serving", "Remote", "Pipelines", "Packaging", "Training", "Evaluation",
                "Encoders", "Adapters", "Torch", "Corpus", "Imaging", "Files", "CProcess",
                arguments,
            ],
            swiftSettings: swift),
        // Measures what ships beside PyTorch: `make bench`.
        .executableTarget(
            name: "cambium-bench",
            dependencies: ["Training", "Evaluation", "Encoders", "Layers", "Torch", "Files"],
            path: "Benchmarks/cambium-bench",
            swiftSettings: swift),
        // Writes the pixels of DICOM files for Benchmarks/dicom/compare.py.
        .executableTarget(
            name: "dicom-values",
            dependencies: ["Imaging", "Files"],
            path: "Benchmarks/dicom/dicom-values",
            swiftSettings: swift),
        // Several processes' parts as threads, for tests.
        .target(
            name: "RankThreads", dependencies: ["Torch"], path: "Tests/RankThreads",
            swiftSettings: swift),
        // A folder for one test.
        .target(
            name: "TestFolders", dependencies: ["Files"], path: "Tests/TestFolders",
            swiftSettings: swift),
        .testTarget(
            name: "CommandTests",
            dependencies: ["Files", "Imaging", "Corpus", "Torch", "TestFolders"],
            exclude: ["Fixtures"],
            swiftSettings: swift),
    ]

let package = Package(
    name: "cambium",
    products: [
        .executable(name: "cambium", targets: ["cambium"]),
        .library(name: "CambiumTorch", type: .dynamic, targets: ["CTorchLibrary"]),
        .executable(name: "cambium-bench", targets: ["cambium-bench"]),
    ]
        + nccl.map { .library(name: "CambiumNCCL", type: .dynamic, targets: [$0.name]) },
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser.git", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-crypto.git", from: "4.5.2"),
        .package(url: "https://github.com/jpsim/Yams.git", from: "6.2.2"),
        .package(url: "https://github.com/hummingbird-project/hummingbird.git", from: "2.28.1"),
        .package(url: "https://github.com/swift-server/async-http-client.git", from: "1.37.0"),
        .package(
            url: "https://github.com/swift-server/swift-service-lifecycle.git", from: "2.13.0"),
        .package(url: "https://github.com/apple/swift-nio.git", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-extras.git", from: "1.35.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl.git", from: "2.37.6"),
        .package(url: "https://github.com/apple/swift-http-types.git", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log.git", from: "1.16.2"),
    ],
    targets: targets,
    cLanguageStandard: .c17,
    cxxLanguageStandard: .cxx20
)
