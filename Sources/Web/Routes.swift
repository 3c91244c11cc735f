import Hummingbird
import Storage

/// What the request handlers work with.
struct World: Sendable {
    let settings: WebSettings
    let ledger: Ledger
    let tree: AccountTree
    let live: LiveState
    var visitors: Visitors
    let accounts: Accounts
    let uploads: Uploads
    let resumable: ResumableUploads
    let spool: Spool
    let readiness: Readiness
    /// Called when a job was cancelled.
    let onCancelled: @Sendable () -> Void
    let pages: Pages
    let links: LinkSigner
    /// Whether requests come over the server's own port with TLS.
    var isOwnTLS = false
}

/// Every address the server answers at, in one place.
enum Routes {
    typealias Context = VisitContext

    static func make(_ world: World) -> Router<Context> {
        let router = Router(context: Context.self, options: .autoGenerateHeadEndpoints)
        router.add(middleware: SecurityHeaders(isOwnTLS: world.isOwnTLS))
        router.add(middleware: ErrorReplies(pages: world.pages))
        router.add(middleware: SameOrigin(publicOrigin: world.settings.origin))

        let health = HealthRoutes(world: world)
        router.get("/healthz", use: health.healthz)
        router.get("/readyz", use: health.readyz)
        router.get("/metrics", use: MetricsRoute(world: world).metrics)
        router.get("/api/v1/openapi.json") { _, _ in try Response.json(APIDocument.json) }

        let sessions = SessionRoutes(world: world)
        router.post("/api/v1/sessions", use: sessions.begin)
        router.delete("/api/v1/sessions/current", use: sessions.end)
        router.get("/api/v1/me", use: sessions.me)

        RegistrationRoutes(world: world).add(to: router)
        PasswordRoutes(world: world).add(to: router)
        AccountRoutes(world: world).add(to: router)
        TokenRoutes(world: world).add(to: router)

        let uploads = UploadRoutes(world: world)
        router.put("/api/v1/inbox", use: uploads.put)
        router.put("/api/v1/inbox/**", use: uploads.put)
        router.post("/upload", use: uploads.postForm)
        TusRoutes(world: world).add(to: router)

        let jobs = JobRoutes(world: world)
        router.get("/api/v1/jobs", use: jobs.list)
        router.get("/api/v1/jobs/events", use: ProgressRoute(world: world).events)
        router.get("/api/v1/jobs/:id", use: jobs.one)
        router.delete("/api/v1/jobs/:id", use: jobs.cancel)
        router.post("/jobs/:id/cancel", use: jobs.postCancel)
        router.post("/jobs/:id/remove", use: jobs.postRemove)
        router.get("/api/v1/outbox", use: jobs.outbox)
        router.get("/api/v1/outbox/:id", use: DownloadRoute(world: world).audio)
        router.delete("/api/v1/outbox/:id", use: jobs.remove)
        router.get("/api/v1/outbox/:id/waveform", use: WaveformRoute(world: world).waveform)

        let administration = AdministrationRoutes(world: world)
        router.get("/administration", use: administration.page)
        router.get("/api/v1/administration", use: administration.document)

        let letters = LetterRoutes(world: world)
        router.get(.init(SignedLinks.lettersPath), use: letters.page)
        router.post(.init(SignedLinks.lettersPath), use: letters.choose)

        let pages = PageRoutes(world: world)
        router.get("/", use: pages.home)
        router.get("/sign-in", use: pages.signIn)
        router.post("/sign-in", use: pages.postSignIn)
        router.post("/sign-out", use: pages.postSignOut)
        for asset in Asset.all { router.get(.init(asset.path)) { request, _ in asset.response(to: request) } }
        return router
    }
}
