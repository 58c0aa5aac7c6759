namespace SkillFactory.Hub;

/// <summary>The bytes of one file on their way from the hub.</summary>
/// <param name="from">The byte that the transfer begins with.</param>
public sealed class HubTransfer(Stream content, HttpResponseMessage response, long from) : IDisposable
{
    /// <summary>Without any byte for this long, the transfer is given up.</summary>
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(60);

    public long From { get; } = from;

    /// <summary>Reads some bytes; 0 at the end.</summary>
    /// <exception cref="TransferException">The connection broke or is silent.</exception>
    public async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        using var timed = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timed.CancelAfter(Silence);
        try
        {
            return await content.ReadAsync(buffer, timed.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new TransferException($"no data came for {Silence.TotalSeconds:0} seconds");
        }
        catch (IOException error)
        {
            throw new TransferException(error.Message, error);
        }
    }

    public void Dispose()
    {
        content.Dispose();
        response.Dispose();
    }
}
