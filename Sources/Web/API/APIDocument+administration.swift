extension APIDocument {
    static let administration: [Operation] = [
        Operation(
            method: "get", path: "/api/v1/administration",
            summary: "Accounts, queue and load, for administrators; for others it does not exist.",
            answers: [reply("Administration", "As of now.")], problems: [401, 404])
    ]

    private static func object(_ properties: [String: JSON]) -> JSON {
        [
            "type": "object", "required": .list(properties.keys.sorted().map { .text($0) }),
            "properties": .object(properties),
        ]
    }

    private static func list(_ items: JSON) -> JSON { ["type": "array", "items": items] }

    private static let fraction: JSON = ["type": ["number", "null"], "minimum": 0, "maximum": 1]
    private static let seconds: JSON = ["type": ["number", "null"], "minimum": 0]
    private static let held = object(["account": text, "name": text, "message": text])

    static let administrationSchemas: [String: JSON] = [
        "Administration": object([
            "accounts": list(
                object([
                    "name": text, "email": text, "enabled": ["type": "boolean"], "administrator": ["type": "boolean"],
                    "jobsToday": number, "queuedBytes": number,
                    "lastDrop": ["type": ["string", "null"], "format": "date-time"],
                ])),
            "queue": object([
                "converting": list(
                    object(["id": text, "account": text, "name": text, "progress": fraction, "left": seconds])),
                "queued": number, "heldUp": list(held), "waiting": number, "waitingDrops": list(held),
                "letters": object(["queued": number, "failed": number]),
            ]),
            "load": object([
                "averages": list(["type": "number", "minimum": 0]), "processors": number,
                "memory": object(["service": nullable("integer"), "total": number, "available": number]),
                "disk": object(["total": number, "available": number]), "conversions": number,
            ]),
        ])
    ]
}
