extension APIDocument {
    private typealias Body = (type: String, schema: JSON)

    private static let secret: JSON = ["type": "string", "maxLength": 256]
    private static let password: JSON = ["type": "string", "minLength": 8, "maxLength": 256]

    private static func body(_ properties: [String: JSON], optional: [String: JSON] = [:]) -> Body {
        (
            "application/json",
            [
                "type": "object", "required": .list(properties.keys.sorted().map { .text($0) }),
                "properties": .object(properties.merging(optional) { first, _ in first }),
            ]
        )
    }

    /// Registering, confirming and removing an account, and its password.
    static let accounts: [Operation] = [
        Operation(
            method: "post", path: "/api/v1/accounts",
            summary: "Register. An address that there is an account with is answered like a new one.",
            access: .anybody,
            body: body(
                ["name": text, "email": text, "password": password], optional: ["invitation": nullable("string")]),
            answers: [reply("Begun", "Made, or waiting for its confirmation.", status: 202)],
            problems: [400, 403, 409, 413, 429]),
        Operation(
            method: "post", path: "/api/v1/accounts/confirmations",
            summary: "Confirm the address with the letter's secret and the password that was given; signs in.",
            access: .anybody,
            body: body(["secret": secret, "password": password], optional: ["name": nullable("string")]),
            answers: [reply("Session", "Made and signed in; the token is set as a cookie too.", status: 201)],
            problems: [400, 401, 403, 404, 409, 413, 429]),
        Operation(
            method: "delete", path: "/api/v1/me", summary: "Remove one's own account with all its files.",
            body: body(["password": text]), answers: [.init(status: 204, description: "Removed.")],
            problems: [400, 401, 403, 413, 429]),
        Operation(
            method: "put", path: "/api/v1/me/password", summary: "Change the password; every other session ends.",
            body: body(["current": text, "new": password]),
            answers: [.init(status: 204, description: "Changed.")], problems: [400, 401, 403, 413, 429]),
        Operation(
            method: "post", path: "/api/v1/password-resets",
            summary: "Have a letter sent that sets a new password. The answer is the same for unknown addresses.",
            access: .anybody, body: body(["email": text]),
            answers: [reply("Told", "A letter is on its way if there is such an account.", status: 202)],
            problems: [400, 403, 413, 429]),
        Operation(
            method: "put", path: "/api/v1/password-resets",
            summary: "Set a new password with the letter's secret; every session ends.", access: .anybody,
            body: body(["secret": secret, "password": password]),
            answers: [.init(status: 204, description: "Set.")], problems: [400, 404, 413]),
    ]

    static let tokens: [Operation] = [
        Operation(
            method: "get", path: "/api/v1/tokens", summary: "The account's drop tokens, without what they are.",
            answers: [reply("TokenList", "All of them.")], problems: [401]),
        Operation(
            method: "post", path: "/api/v1/tokens", summary: "Issue a drop token, which is shown this once.",
            body: body(
                [:],
                optional: [
                    "label": ["type": ["string", "null"], "maxLength": 64],
                    "days": ["type": ["integer", "null"], "minimum": 1, "maximum": 3650],
                ]),
            answers: [reply("Session", "The token.", status: 201)], problems: [400, 401, 409, 413]),
        Operation(
            method: "delete", path: "/api/v1/tokens/{id}", summary: "Revoke a drop token.",
            parameters: [.path("id", ["type": "string", "pattern": "^[0-9]{1,18}$"])],
            answers: [.init(status: 204, description: "Revoked.")], problems: [401, 404]),
    ]

    static let accountSchemas: [String: JSON] = [
        "Begun": [
            "type": "object", "required": ["needsConfirmation", "detail"],
            "properties": ["needsConfirmation": ["type": "boolean"], "detail": text],
        ],
        "Told": ["type": "object", "required": ["detail"], "properties": ["detail": text]],
        "Session": ["type": "object", "required": ["token"], "properties": ["token": text]],
        "TokenList": [
            "type": "object", "required": ["tokens"],
            "properties": ["tokens": ["type": "array", "items": ["$ref": "#/components/schemas/Token"]]],
        ],
        "Token": [
            "type": "object", "required": ["id", "label", "created"],
            "properties": [
                "id": text, "label": text, "created": ["type": "string", "format": "date-time"],
                "expires": ["type": "string", "format": "date-time"],
                "lastUsed": ["type": "string", "format": "date-time"],
            ],
        ],
    ]
}
