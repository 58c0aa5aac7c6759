using System.Buffers;
using Orleans;
using Orleans.Serialization;
using SkillFactory.Contracts.Messages;

namespace SkillFactory.Hosting.Messages;

/// <summary>
/// Refuses grain messages over <see cref="LimitBytes"/>: requests before they leave the caller, replies before they leave the silo.
/// One large message slows every other call on its connection, and one over Orleans' own limit (100 MiB) tears connections down
/// again and again until the caller times out without a reason.
/// </summary>
internal sealed class MessageSizeGuard(Serializer serializer) : IOutgoingGrainCallFilter, IIncomingGrainCallFilter
{
    /// <summary>1 MiB. References, statuses and progress stay far below it.</summary>
    public const long LimitBytes = 1 << 20;

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

    // Orleans' own traffic is left alone, save for the enumerations of ours that travel through its extension.
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

    /// <summary>Takes what is written and keeps only its length.</summary>
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
