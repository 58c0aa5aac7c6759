using System.Buffers;
using Orleans;
using Orleans.Serialization;
using SkillFactory.Contracts.Messages;

namespace SkillFactory.Hosting.Messages;

/// <summary>
/// Rejects grain messages larger than <see cref="LimitBytes"/>, requests in the caller and replies in the silo, before they are sent. A
/// large message delays all other calls on its connection. A message over Orleans' limit (100 MiB) closes the connection repeatedly until
/// the caller times out without a cause.
/// </summary>
internal sealed class MessageSizeGuard(Serializer serializer) : IOutgoingGrainCallFilter, IIncomingGrainCallFilter
{
    /// <summary>1 MiB. References, statuses and progress are far smaller.</summary>
    private const long LimitBytes = 1 << 20;

    public Task Invoke(IOutgoingGrainCallContext context)
    {
        if (IsOurs(context) && context.Request.GetArgumentCount() > 0)
        {
            Check(context, context.Request, isReply: false);
        }

        return context.Invoke();
    }

    public async Task Invoke(IIncomingGrainCallContext context)
    {
        await context.Invoke();
        if (IsOurs(context) && context.Response?.Exception is null && context.Result is { } result)
        {
            Check(context, result, isReply: true);
        }
    }

    // Messages of Orleans itself are not checked, except its extension that transports our async enumerations.
    private static bool IsOurs(IGrainCallContext context)
    {
        var type = context.Request.GetInterfaceType();
        return type.Namespace?.StartsWith("SkillFactory", StringComparison.Ordinal) == true
            || type.Name == "IAsyncEnumerableGrainExtension";
    }

    private void Check(IGrainCallContext context, object message, bool isReply)
    {
        var counter = new ByteCounter();
        serializer.Serialize(message, counter);
        if (counter.Bytes > LimitBytes)
        {
            throw new OversizedMessageException(
                $"{context.Request.GetInterfaceType().Name}.{context.MethodName}",
                isReply,
                counter.Bytes,
                LimitBytes
            );
        }
    }

    /// <summary>Discards what is written and counts the bytes.</summary>
    private sealed class ByteCounter : IBufferWriter<byte>
    {
        [ThreadStatic]
        private static byte[]? _scratch;

        public long Bytes { get; private set; }

        public void Advance(int count) => Bytes += count;

        public Memory<byte> GetMemory(int sizeHint = 0) => Scratch(sizeHint);

        public Span<byte> GetSpan(int sizeHint = 0) => Scratch(sizeHint);

        private static byte[] Scratch(int sizeHint) =>
            _scratch is { } scratch && scratch.Length >= sizeHint ? scratch : _scratch = new byte[Math.Max(4096, sizeHint)];
    }
}
