extension HTTPClient {
    /// Sends `request` and gives the answer to `use`; whatever way that ends, the exchange is over afterwards.
    ///
    /// Cancelling the task aborts the exchange at once, also while `use` is busy with something other than reading.
    package nonisolated func withResponse<Value, Failure>(
        to request: HTTPClientRequest, failure: (HTTPClientError) -> Failure,
        _ use: (HTTPClientResponse) async throws(Failure) -> Value
    ) async throws(Failure) -> Value {
        let response: HTTPClientResponse
        do throws(HTTPClientError) {
            response = try await execute(request)
        } catch {
            throw failure(error)
        }
        defer { response.body.cancel() }
        let result: Result<Value, Failure> = await withTaskCancellationHandler {
            do throws(Failure) {
                return .success(try await use(response))
            } catch {
                return .failure(error)
            }
        } onCancel: {
            response.body.cancel()
        }
        return try result.get()
    }
}
