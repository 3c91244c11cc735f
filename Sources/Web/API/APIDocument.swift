/// The OpenAPI document: what every endpoint for programs takes and answers.
enum APIDocument {
    static var operations: [Operation] {
        general + sessions + accounts + tokens + drops + tus + results + administration
    }

    static var json: JSON {
        var paths: [String: [String: JSON]] = [:]
        for operation in operations { paths[operation.path, default: [:]][operation.method] = operation.json }
        return [
            "openapi": "3.1.0",
            "info": [
                "title": "soundspool", "version": "1",
                "description": """
                Send videos, get MP3s. Errors are problem documents (RFC 9457). What is not yours is 404. Lists are newest \
                first; `next` is the `before` of the page that follows.
                """,
            ],
            "paths": .object(paths.mapValues { .object($0) }),
            "components": [
                "schemas": .object(
                    [schemas, accountSchemas, administrationSchemas].reduce([:]) { $0.merging($1) { $1 } }),
                "responses": [
                    "Problem": [
                        "description": "What is wrong, and what would be right.",
                        "content": [
                            "application/problem+json": ["schema": ["$ref": "#/components/schemas/Problem"]]
                        ],
                    ]
                ],
                "securitySchemes": [
                    "session": ["type": "http", "scheme": "bearer", "bearerFormat": "JWT"],
                    "dropToken": ["type": "http", "scheme": "bearer", "description": "The token file's text."],
                    "cookie": [
                        "type": "apiKey", "in": "cookie", "name": .text(cookieName(isSecure: false)),
                        "description": "Where people come without TLS.",
                    ],
                    "secureCookie": [
                        "type": "apiKey", "in": "cookie", "name": .text(cookieName(isSecure: true)),
                        "description": "Where people come over TLS.",
                    ],
                ],
            ],
        ]
    }

    private static func cookieName(isSecure: Bool) -> String {
        SessionCookie(isSecure: isSecure, lifetime: .zero).name
    }

    static let text: JSON = ["type": "string"]
    static let preset: JSON = ["enum": ["standard", "high", "small", "voice"]]
    static let number: JSON = ["type": "integer", "minimum": 0]

    static func nullable(_ type: String) -> JSON { ["type": [.text(type), "null"]] }

    private static let schemas: [String: JSON] = [
        "Problem": [
            "type": "object", "required": ["type", "title", "status", "detail"],
            "properties": [
                "type": text, "title": text, "status": ["type": "integer"], "detail": text,
            ],
        ],
        "Health": ["type": "object", "required": ["status"], "properties": ["status": ["const": "ok"]]],
        "Job": [
            "type": "object",
            "required": [
                "id", "name", "account", "state", "progress", "left", "preset", "reason", "message", "created",
                "finished", "output",
            ],
            "properties": [
                "id": nullable("string"), "name": text, "account": text,
                "state": ["enum": ["waiting", "queued", "converting", "published", "failed", "cancelled"]],
                "progress": ["type": ["number", "null"], "minimum": 0, "maximum": 1],
                "left": [
                    "type": ["number", "null"], "minimum": 0,
                    "description": "Seconds that the conversion will take yet.",
                ],
                "preset": preset,
                "reason": nullable("string"), "message": nullable("string"),
                "created": ["type": ["string", "null"], "format": "date-time"],
                "finished": ["type": ["string", "null"], "format": "date-time"], "output": nullable("string"),
            ],
        ],
        "JobList": [
            "type": "object", "required": ["jobs", "next"],
            "properties": [
                "jobs": ["type": "array", "items": ["$ref": "#/components/schemas/Job"]], "next": nullable("string"),
            ],
        ],
        "Waveform": [
            "type": "object", "required": ["peaks", "duration"],
            "properties": [
                "peaks": [
                    "type": "array", "minItems": 1, "maxItems": 512,
                    "description": "The highest sample of each of so many equal spans; full scale is 255.",
                    "items": ["type": "integer", "minimum": 0, "maximum": 255],
                ],
                "duration": ["type": "number", "minimum": 0, "description": "Seconds."],
            ],
        ],
        "Me": [
            "type": "object", "required": ["name", "email", "preset", "created", "inbox"],
            "properties": [
                "name": text, "email": text, "preset": preset, "created": ["type": "string", "format": "date-time"],
                "inbox": [
                    "type": "object", "required": ["path", "sftp", "smb"],
                    "description":
                        "Where drops go without HTTP: a path on the server, and URLs for the account's user.",
                    "properties": ["path": text, "sftp": nullable("string"), "smb": nullable("string")],
                ],
            ],
        ],
    ]

    static func reference(_ name: String) -> JSON { ["$ref": .text("#/components/schemas/\(name)")] }

    static func reply(_ schema: String, _ description: String, status: Int = 200) -> Operation.Answer {
        Operation.Answer(
            status: status, description: description, type: "application/json", schema: reference(schema))
    }
}
