extension APIDocument {
    private typealias Parameter = Operation.Parameter

    private static let version = Parameter.header("Tus-Resumable", ["const": "1.0.0"], required: true)
    private static let upload = Parameter.path("id", ["type": "string", "pattern": "^[0-9a-z]{1,32}$"])
    private static let octets: (type: String, schema: JSON) = (
        "application/offset+octet-stream", ["type": "string", "format": "binary"]
    )

    /// tus 1.0.0: https://tus.io/protocols/resumable-upload
    static let tus: [Operation] = [
        Operation(
            method: "options", path: "/api/v1/uploads", summary: "What of tus there is.", access: .anybody,
            answers: [.init(status: 204, description: "Tus-Version, Tus-Extension, Tus-Max-Size.")]),
        Operation(
            method: "options", path: "/api/v1/uploads/{id}", summary: "What of tus there is.", access: .anybody,
            parameters: [upload],
            answers: [.init(status: 204, description: "Tus-Version, Tus-Extension, Tus-Max-Size.")]),
        Operation(
            method: "post", path: "/api/v1/uploads", summary: "Begin an upload, or join parts.", access: .dropper,
            parameters: [
                version, .header("Upload-Length", number), .header("Upload-Metadata"), .header("Upload-Concat"),
                .header("Upload-Checksum"), idempotencyKey,
            ], body: octets, isBodyRequired: false,
            answers: [.init(status: 201, description: "Location says where it is.")],
            problems: [400, 401, 404, 409, 412, 413, 422, 423, 460, 507]),
        Operation(
            method: "head", path: "/api/v1/uploads/{id}", summary: "How far it has come.", access: .dropper,
            parameters: [upload, version], answers: [.init(status: 200, description: "Upload-Offset, Upload-Length.")],
            problems: [401, 404, 412]),
        Operation(
            method: "patch", path: "/api/v1/uploads/{id}", summary: "Add bytes.", access: .dropper,
            parameters: [
                upload, version, .header("Upload-Offset", number, required: true), .header("Upload-Checksum"),
            ], body: octets,
            answers: [.init(status: 204, description: "They are durable; Upload-Offset says how many in all.")],
            problems: [400, 401, 404, 409, 412, 413, 415, 423, 460, 507]),
        Operation(
            method: "delete", path: "/api/v1/uploads/{id}", summary: "Forget it.", access: .dropper,
            parameters: [upload, version], answers: [.init(status: 204, description: "Gone.")],
            problems: [401, 404, 412, 423]),
        Operation(
            method: "post", path: "/api/v1/uploads/{id}", summary: "Another method, named in X-HTTP-Method-Override.",
            access: .dropper,
            parameters: [
                upload, version,
                .header("X-HTTP-Method-Override", ["enum": ["PATCH", "DELETE", "HEAD"]], required: true),
            ],
            answers: [.init(status: 200, description: "As HEAD."), .init(status: 204, description: "As the method.")],
            problems: [400, 401, 404, 405, 409, 412, 413, 415, 423, 460, 507]),
    ]
}
