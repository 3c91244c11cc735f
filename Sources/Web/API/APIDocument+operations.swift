extension APIDocument {
    private typealias Parameter = Operation.Parameter

    private static let id = Parameter.path("id", ["type": "string", "pattern": "^[0-9]{1,18}$"])

    static let general: [Operation] = [
        Operation(
            method: "get", path: "/healthz", summary: "Whether the process answers.", access: .anybody,
            answers: [reply("Health", "Alive.")]),
        Operation(
            method: "get", path: "/readyz",
            summary: "Whether ledger and spool can be written, and a converter starts.", access: .anybody,
            answers: [reply("Health", "Ready.")], problems: [503]),
        Operation(
            method: "get", path: "/metrics", summary: "Figures in Prometheus's text format.", access: .anybody,
            answers: [.init(status: 200, description: "Figures.", type: "text/plain", schema: text)]),
        Operation(
            method: "get", path: "/api/v1/openapi.json", summary: "This document.", access: .anybody,
            answers: [
                .init(status: 200, description: "OpenAPI 3.1.", type: "application/json", schema: ["type": "object"])
            ]),
    ]

    static let sessions: [Operation] = [
        Operation(
            method: "post", path: "/api/v1/sessions", summary: "Sign in.", access: .anybody,
            body: (
                "application/json",
                [
                    "type": "object", "required": ["email", "password"],
                    "properties": ["email": text, "password": text],
                ]
            ),
            answers: [
                .init(
                    status: 201, description: "Signed in; the token is set as a cookie too.", type: "application/json",
                    schema: ["type": "object", "required": ["token"], "properties": ["token": text]])
            ],
            problems: [400, 401, 413, 429]),
        Operation(
            method: "delete", path: "/api/v1/sessions/current", summary: "Sign out: the token is dead at once.",
            answers: [.init(status: 204, description: "Signed out.")], problems: [401]),
        Operation(
            method: "get", path: "/api/v1/me", summary: "Who is signed in.", answers: [reply("Me", "The account.")],
            problems: [401]),
    ]

    static let idempotencyKey = Parameter.header("Idempotency-Key")

    static let drops: [Operation] = [
        Operation(
            method: "put", path: "/api/v1/inbox", summary: "A file without a name, which is refused.", access: .dropper,
            answers: [], problems: [400, 401]),
        Operation(
            method: "put", path: "/api/v1/inbox/{name}", summary: "Send one file as the body.", access: .dropper,
            parameters: [.path("name", text), .query("preset", text), idempotencyKey],
            body: ("application/octet-stream", ["type": "string", "format": "binary"]),
            answers: [reply("Job", "Queued, durably.", status: 201)], problems: [400, 401, 404, 409, 413, 422, 507]),
        Operation(
            method: "post", path: "/upload", summary: "Send files as a form, as the page does.",
            parameters: [idempotencyKey, .query("key", text)],
            body: (
                "multipart/form-data",
                [
                    "type": "object",
                    "properties": ["file": ["type": "string", "format": "binary"], "preset": text],
                ]
            ),
            answers: [.init(status: 303, description: "Queued, or a stranger who is sent to sign in.")],
            problems: [400, 409, 413, 422, 507]),
    ]

    static let results: [Operation] = [
        Operation(
            method: "get", path: "/api/v1/jobs", summary: "The account's jobs and waiting drops, newest first.",
            parameters: [.query("state", text)] + paging, answers: [reply("JobList", "A page.")], problems: [400, 401]),
        Operation(
            method: "get", path: "/api/v1/jobs/events",
            summary: "News as server-sent events: waiting, job, progress (with the seconds left), returned.",
            answers: [.init(status: 200, description: "A stream.", type: "text/event-stream", schema: text)],
            problems: [401]),
        Operation(
            method: "get", path: "/api/v1/jobs/{id}", summary: "One job.", parameters: [id],
            answers: [reply("Job", "The job.")], problems: [401, 404]),
        Operation(
            method: "delete", path: "/api/v1/jobs/{id}", summary: "Cancel a job; its original goes to failed.",
            parameters: [id], answers: [.init(status: 204, description: "Cancelled.")], problems: [401, 404, 409]),
        Operation(
            method: "get", path: "/api/v1/outbox", summary: "The published jobs, newest first.",
            parameters: paging, answers: [reply("JobList", "A page.")], problems: [400, 401]),
        Operation(
            method: "get", path: "/api/v1/outbox/{id}", summary: "The MP3; a letter's signed link needs no sign-in.",
            parameters: [
                id, .query("expires", text), .query("signature", text), .header("Range"), .header("If-Range"),
                .header("If-None-Match"),
            ],
            answers: [
                .init(
                    status: 200, description: "The MP3.", type: "audio/mpeg",
                    schema: ["type": "string", "format": "binary"]),
                .init(
                    status: 206, description: "A part.", type: "audio/mpeg",
                    schema: ["type": "string", "format": "binary"]),
                .init(status: 304, description: "You have it."),
            ], problems: [401, 403, 404, 416]),
        Operation(
            method: "delete", path: "/api/v1/outbox/{id}", summary: "Remove the MP3 from the outbox.",
            parameters: [id], answers: [.init(status: 204, description: "Removed.")], problems: [401, 404]),
        Operation(
            method: "get", path: "/api/v1/outbox/{id}/waveform", summary: "The outline of the MP3's sound, to draw it.",
            parameters: [id], answers: [reply("Waveform", "The outline.")], problems: [401, 404]),
    ]

    private static let paging: [Parameter] = [
        .query("before", text), .query("limit", ["type": "integer", "minimum": 1, "maximum": 200]),
    ]
}
