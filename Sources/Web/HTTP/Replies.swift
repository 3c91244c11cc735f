import FoundationEssentials
import HTTPTypes
import Hummingbird
import NIOCore

extension Response {
    static func json(_ value: some Encodable, status: HTTPResponse.Status = .ok) throws -> Response {
        Response(
            status: status, headers: [.contentType: "application/json"],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: try JSONText.data(value))))
    }

    /// After a form: the browser asks for `path` anew, so that reloading does not send the form again.
    static func seeOther(_ path: String) -> Response {
        Response(status: .seeOther, headers: [.location: path])
    }
}

/// JSON as the interface writes it: times in ISO 8601, UTC.
enum JSONText {
    static func data(_ value: some Encodable) throws -> Data {
        let encoder = JSONEncoder()
        encoder.dateEncodingStrategy = .iso8601
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return try encoder.encode(value)
    }
}

extension HTTPFields {
    /// For fields that HTTPTypes has no name for.
    func value(of name: String) -> String? { HTTPField.Name(name).flatMap { self[$0] } }
}

extension Request {
    /// The most bytes of a body that is not an upload.
    private static let smallBody = 16 << 10

    /// The whole body of a small request.
    func collectSmallBody() async throws -> ByteBuffer {
        do {
            return try await body.collect(upTo: Self.smallBody)
        } catch let error as NIOTooManyBytesError {
            throw error
        } catch {
            throw Problem.badRequest("The request broke off.")
        }
    }

    func decodeJSON<Value: Decodable>(_ type: Value.Type, shape: String) async throws -> Value {
        let bytes = try await collectSmallBody()
        do {
            return try JSONDecoder().decode(type, from: Data(bytes.readableBytesView))
        } catch {
            throw Problem.badRequest("The body should be JSON like \(shape).")
        }
    }

    /// A form's fields, `application/x-www-form-urlencoded`.
    func decodeForm<Value: Decodable>(_ type: Value.Type, shape: String) async throws -> Value {
        let text = String(buffer: try await collectSmallBody())
        guard let form = try? URLEncodedFormDecoder().decode(type, from: text) else {
            throw Problem.badRequest("The form should hold \(shape).")
        }
        return form
    }

    /// A value of the query, like `secret` in `/reset?secret=…`.
    func query(_ name: String) -> String? { uri.queryParameters[Substring(name)].map(String.init) }
}
