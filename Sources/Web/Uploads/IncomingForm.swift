import ConversionContract
import Domain
import NIOCore
import Storage

/// A form whose parts are coming: files go to the spool, the few small fields are kept.
struct IncomingForm {
    private static let maximumParts = 200
    /// Bytes of a field that is not a file.
    private static let maximumField = 1 << 10

    private enum Part {
        case file(IncomingFile, DropPath)
        case field(String, ByteBuffer)
        case ignored
    }

    let store: UploadStore
    let reservation: UploadReservation
    /// The whole files so far.
    var files: [(file: IncomingFile, drop: DropPath)] = []
    private var current = Part.ignored
    private var fields: [String: String] = [:]
    private var parts = 0

    init(store: UploadStore, reservation: UploadReservation) {
        self.store = store
        self.reservation = reservation
    }

    func preset() throws(Problem) -> Preset? { try Preset.named(fields["preset"] ?? "") }

    mutating func take(_ event: MultipartParser.Event) async throws {
        switch event {
        case .part(let headers): try await begin(headers)
        case .data(let bytes): try await append(bytes)
        case .end: try await end()
        }
    }

    /// Throws all files away that are not queued.
    func abandon() async {
        if case .file(let file, _) = current { await file.abandon() }
        for (file, _) in files { await file.abandon() }
    }

    private mutating func begin(_ headers: MultipartHeaders) async throws {
        parts += 1
        guard parts <= Self.maximumParts else {
            throw Problem.badRequest("The form has too many parts. Send at most \(Self.maximumParts) files at once.")
        }
        switch headers.filename {
        case nil: current = .field(headers.name, ByteBuffer())
        // What a browser sends where no file was chosen.
        case []?: current = .ignored
        case let filename?:
            let drop = try UploadName.inForm(filename)
            current = .file(try await IncomingFile.open(in: store, reservation), drop)
        }
    }

    private mutating func append(_ bytes: ByteBuffer) async throws {
        switch current {
        case .file(var file, let drop):
            // On failure the handle is the same, so that `abandon` finds it.
            try await file.write(bytes)
            current = .file(file, drop)
        case .field(let name, var value):
            value.writeImmutableBuffer(bytes)
            guard value.readableBytes <= Self.maximumField else {
                throw Problem.badRequest("A field of the form is too long.")
            }
            current = .field(name, value)
        case .ignored: break
        }
    }

    private mutating func end() async throws {
        switch current {
        case .file(var file, let drop):
            guard file.size > 0 else { throw Problem.badRequest("\(drop.display) is empty. Choose a video.") }
            try await file.close()
            files.append((file, drop))
        case .field(let name, let value): fields[name] = String(buffer: value)
        case .ignored: break
        }
        current = .ignored
    }
}
