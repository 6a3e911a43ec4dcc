internal import CambiumFiles

/// What makes a bundle an MLflow model as well: `MLmodel`, the Python environment, and the loader.
///
/// The same bundle gives the same bytes: no time, no random number. Nothing is pickled.
/// See MLflow's documentation, "MLflow Models", for the format.
enum MLflowFiles {
    /// The files that depend on nothing, by their paths in the bundle.
    static let fixed = [
        "code/\(module).py": text(PackageResources.cambium_pyfunc_py),
        "code/cambium_pipe.py": text(PackageResources.cambium_pipe_py),
        // Where Python would keep bytecode that it runs instead of the checked modules.
        "code/__pycache__": "A file, so that Python keeps no bytecode beside checked modules.\n",
        "python_env.yaml": """
        python: "\(python)"
        build_dependencies:
        - pip
        dependencies:
        - -r requirements.txt

        """,
        "requirements.txt": """
        mlflow>=2.16,<4
        pandas>=1.5,<4

        """,
    ]

    /// The module that MLflow loads a bundle with, Companions/cambium_pyfunc.py. It and what keeps
    /// the model, the client package's own python/cambium_client/pipe.py, are a part of the program,
    /// so that `cambium` stays one file.
    private static let module = "cambium_pyfunc"

    private static func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

    /// The Python that MLflow sets up for the model; the loader runs on 3.9 and newer.
    private static let python = "3.11"

    /// `MLmodel` for a bundle whose other files are these.
    static func model(_ files: [String: BundleManifest.File]) -> String {
        """
        flavors:
          python_function:
            code: code
            data: .
            env:
              virtualenv: python_env.yaml
            loader_module: \(module)
            python_version: "\(python)"
        model_uuid: "\(identity(files))"
        signature:
          inputs: '\(inputs.line)'
          outputs: '\(outputs.line)'
          params: '\(params.line)'

        """
    }

    /// 32 hexadecimal digits, as MLflow's identifiers have, from what the bundle holds.
    private static func identity(_ files: [String: BundleManifest.File]) -> String {
        let lines = files.map { "\($0.value.sha256)  \($0.key)\n" }.sorted().joined()
        return String(Digest.sha256(Array(lines.utf8)).prefix(32))
    }

    /// Binary, as in Microsoft's classifiers: MLflow's server then takes base64 and nothing else,
    /// so no caller from outside can name a file of the server. In Python, paths pass too.
    private static let inputs: JSON = [
        ["name": "image", "required": true, "type": "binary"]
    ]

    /// Microsoft's parameters. MLflow fills in what a caller leaves out, so that their own values as
    /// defaults would change every picture: left out, the bundle's recipe holds.
    private static let params: JSON = [
        [
            "name": "image_standardization_jpeg_compression_ratio", "type": "integer",
            "default": nil, "shape": nil,
        ],
        [
            "name": "image_standardization_image_size", "type": "integer", "default": nil,
            "shape": nil,
        ],
    ]

    private static let outputs: JSON = [
        ["name": "label", "required": true, "type": "string"],
        ["name": "class_id", "required": true, "type": "long"],
        ["name": "score", "required": true, "type": "double"],
        [
            "name": "probabilities", "required": true, "type": "array",
            "items": ["type": "double"],
        ],
        [
            "name": "predictions", "required": true, "type": "array",
            "items": [
                "type": "object",
                "properties": [
                    "class_id": ["required": true, "type": "long"],
                    "label": ["required": true, "type": "string"],
                    "score": ["required": true, "type": "double"],
                    "present": ["required": false, "type": "boolean"],
                ],
            ],
        ],
    ]
}
