/// One endpoint as the OpenAPI document (version 3.1.0) has it.
struct Operation: Sendable {
    /// Who may ask.
    enum Access: Sendable {
        case anybody
        /// Somebody signed in, by bearer token or cookie.
        case session
        /// As before, or the bearer of a drop token.
        case dropper

        var json: JSON {
            switch self {
            case .anybody: [[:]]
            case .session: [["session": []], ["cookie": []], ["secureCookie": []]]
            case .dropper: [["session": []], ["dropToken": []], ["cookie": []], ["secureCookie": []]]
            }
        }
    }

    struct Parameter: Sendable {
        let place: String
        let name: String
        let schema: JSON
        var isRequired = false

        static func path(_ name: String, _ schema: JSON) -> Parameter {
            Parameter(place: "path", name: name, schema: schema, isRequired: true)
        }
        static func query(_ name: String, _ schema: JSON) -> Parameter {
            Parameter(place: "query", name: name, schema: schema)
        }
        static func header(_ name: String, _ schema: JSON = ["type": "string"], required: Bool = false) -> Parameter {
            Parameter(place: "header", name: name, schema: schema, isRequired: required)
        }

        var json: JSON {
            ["in": .text(place), "name": .text(name), "required": .flag(isRequired), "schema": schema]
        }
    }

    struct Answer: Sendable {
        let status: Int
        let description: String
        var type: String?
        var schema: JSON = [:]

        var json: JSON {
            guard let type else { return ["description": .text(description)] }
            return ["description": .text(description), "content": .object([type: ["schema": schema]])]
        }
    }

    /// In lower case.
    let method: String
    let path: String
    let summary: String
    var access = Access.session
    var parameters: [Parameter] = []
    /// Content type and schema.
    var body: (type: String, schema: JSON)?
    var isBodyRequired = true
    let answers: [Answer]
    /// Statuses that are answered with a problem document.
    var problems: [Int] = []

    var json: JSON {
        var members: [String: JSON] = [
            "summary": .text(summary), "operationId": .text(name), "security": access.json,
        ]
        if !parameters.isEmpty { members["parameters"] = .list(parameters.map(\.json)) }
        if let body {
            members["requestBody"] = [
                "required": .flag(isBodyRequired), "content": .object([body.type: ["schema": body.schema]]),
            ]
        }
        var responses: [String: JSON] = [:]
        for answer in answers { responses[String(answer.status)] = answer.json }
        // Whatever goes wrong here, or was asked by another site's page, is said in the same way.
        for status in problems + (method == "get" || method == "head" ? [500, 503] : [403, 500, 503, 507]) {
            if responses[String(status)] == nil {
                responses[String(status)] = ["$ref": "#/components/responses/Problem"]
            }
        }
        members["responses"] = .object(responses)
        return .object(members)
    }

    private var name: String {
        method + path.split { !$0.isLetter && !$0.isNumber }.map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined()
    }
}
