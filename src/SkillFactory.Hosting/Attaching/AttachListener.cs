using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;
using Microsoft.AspNetCore.Connections;

namespace SkillFactory.Hosting.Attaching;

/// <summary>Accepts connections at an <see cref="AttachPoint"/> from whoever has its key.</summary>
internal sealed class AttachListener : IConnectionListener
{
    /// <summary>Whoever has the key sends it at once. The time is for a busy machine.</summary>
    private static readonly TimeSpan KeyTimeout = TimeSpan.FromSeconds(30);

    /// <summary>Pause after a failure to accept, for example because the process has too many open files.</summary>
    private static readonly TimeSpan RetryDelay = TimeSpan.FromMilliseconds(200);

    private readonly AttachPoint _point;
    private readonly Socket _socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private readonly Channel<ConnectionContext> _admitted = Channel.CreateUnbounded<ConnectionContext>();
    private readonly CancellationTokenSource _end = new();
    private readonly Task _accepting;

    /// <param name="point">Its folder exists, and nothing listens there.</param>
    /// <param name="name">The address by which Orleans knows the listener.</param>
    public AttachListener(AttachPoint point, EndPoint name)
    {
        (_point, EndPoint) = (point, name);
        _socket.Bind(point.EndPoint);
        _socket.Listen();
        _accepting = AcceptAllAsync();
    }

    public EndPoint EndPoint { get; }

    public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default)
    {
        try
        {
            return await _admitted.Reader.ReadAsync(cancellationToken);
        }
        catch (ChannelClosedException)
        {
            // The listener is unbound.
            return null;
        }
    }

    public async ValueTask UnbindAsync(CancellationToken cancellationToken = default)
    {
        await _end.CancelAsync();
        await _accepting;
        _socket.Dispose();
        _admitted.Writer.TryComplete();
    }

    public ValueTask DisposeAsync() => UnbindAsync();

    private async Task AcceptAllAsync()
    {
        while (!_end.IsCancellationRequested)
        {
            try
            {
                // Each is admitted on its own, so that one who sends nothing does not keep the others out.
                _ = AdmitAsync(await _socket.AcceptAsync(_end.Token));
            }
            catch (OperationCanceledException)
            {
                return;
            }
            catch (SocketException)
            {
                await Task.Delay(RetryDelay, _end.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private async Task AdmitAsync(Socket socket)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(_end.Token);
        timeout.CancelAfter(KeyTimeout);
        try
        {
            if (await _point.ReceiveKeyAsync(socket, timeout.Token) && _admitted.Writer.TryWrite(new AttachedConnection(socket)))
            {
                return;
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException)
        {
            // The other side sent no key.
        }

        socket.Dispose();
    }
}
