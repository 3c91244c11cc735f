/// Runs a service until `body` has ended, and waits for its end.
func keepRunning(_ service: @escaping @Sendable () async throws -> Void, during body: () async throws -> Void)
    async throws
{
    let task = Task { try await service() }
    let result: Result<Void, any Error>
    do { result = .success(try await body()) } catch { result = .failure(error) }
    task.cancel()
    _ = await task.result
    try result.get()
}
