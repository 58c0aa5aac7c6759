using SkillFactory.Core.Artifacts;
using SkillFactory.Core.Randomness;
using SkillFactory.Engine.Devices;
using SkillFactory.Engine.Models;
using SkillFactory.Primitives.Errors;
using SkillFactory.Storage.Artifacts;
using SkillFactory.Storage.Safetensors;
using SkillFactory.Workers.Devices;
using SkillFactory.Workers.Tests.TrainingLoops;

namespace SkillFactory.Workers.Tests.Devices;

public sealed class WeightLibraryTests : IDisposable
{
    private static readonly DecoderShape Shape = new()
    {
        VocabSize = 13,
        HiddenSize = 8,
        Layers = 1,
        Heads = 2,
        KvHeads = 1,
        HeadDim = 4,
        IntermediateSize = 12,
        MaxPositions = 16,
    };

    private readonly TemporaryFolder _folder = new();
    private readonly DeviceExecutor[] _slots = [new("slot 0", mathThreads: 1), new("slot 1", mathThreads: 1)];
    private readonly RecordingStore _store;
    private readonly WeightLibrary _library;
    private int _reads;

    public WeightLibraryTests()
    {
        _store = new RecordingStore(new FileArtifactStore(_folder.Path, TimeProvider.System))
        {
            OnLocalPath = _ => Interlocked.Increment(ref _reads),
        };
        _library = new WeightLibrary(_store, DeviceSpec.Cpu);
    }

    public void Dispose()
    {
        _library.Dispose();
        foreach (var slot in _slots)
        {
            slot.Dispose();
        }

        _folder.Dispose();
    }

    [Fact]
    public async Task Slots_share_one_copy_which_is_loaded_once()
    {
        var file = await StoreAsync(1);
        var uses = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => Task.Run(() => AcquireAsync(file, slot: i % 2))));
        Assert.All(uses, u => Assert.Same(uses[0].Weights, u.Weights));
        Assert.All(uses, u => Assert.Same(uses[0].Rotary, u.Rotary));
        Assert.Equal((1, 1), (_reads, _library.Count));

        // The copy stays for the next batch, and goes once a slot finds no work.
        uses.ToList().ForEach(u => u.Dispose());
        using (var next = await AcquireAsync(file))
        {
            Assert.Same(uses[0].Weights, next.Weights);
            _library.DisposeUnused();
            Assert.False(IsDisposed(next.Weights));
        }

        _library.DisposeUnused();
        Assert.True(IsDisposed(uses[0].Weights));
        Assert.Equal((1, 0), (_reads, _library.Count));
    }

    [Fact]
    public async Task An_unused_version_is_disposed_of_before_another_is_loaded()
    {
        var (first, second) = (await StoreAsync(1), await StoreAsync(2));
        var used = await AcquireAsync(first);
        using var other = await AcquireAsync(second);
        Assert.Equal(2, _library.Count);
        Assert.NotSame(used.Weights, other.Weights);
        used.Dispose();
        used.Dispose();
        using var third = await AcquireAsync(await StoreAsync(3));
        Assert.True(IsDisposed(used.Weights));
        Assert.Equal(2, _library.Count);
    }

    [Fact]
    public async Task A_failed_load_fails_for_all_who_wait_and_is_tried_again()
    {
        var file = await StoreAsync(1);
        _store.OnLocalPath = _ => throw new IOException("the disk is away");
        Assert.Equal("the disk is away", (await Assert.ThrowsAsync<IOException>(() => AcquireAsync(file))).Message);
        Assert.Equal(0, _library.Count);
        _store.OnLocalPath = _ => { };
        using (await AcquireAsync(file)) { }

        var wrong = await StoreAsync(1, Shape with { HiddenSize = 4 });
        await Assert.ThrowsAsync<UserErrorException>(() => AcquireAsync(wrong));
        Assert.Equal(0, _library.Count);
    }

    [Fact]
    public async Task Who_stops_waiting_for_a_load_leaves_it_to_the_others()
    {
        var file = await StoreAsync(1);
        using var busy = new ManualResetEventSlim();
        var blocked = _slots[0].RunAsync(() => busy.Wait(TimeSpan.FromMinutes(1)));
        using var cancellation = new CancellationTokenSource();
        var first = _library.AcquireAsync(Shape, file, _slots[0], cancellationToken: cancellation.Token);
        var second = AcquireAsync(file, slot: 1);
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        _library.DisposeUnused();
        busy.Set();
        await blocked;
        using var use = await second;
        Assert.False(IsDisposed(use.Weights));
    }

    [Fact]
    public async Task A_learner_shares_its_weights_until_it_changes_them()
    {
        var file = await StoreAsync(1);
        using var weights = Weights(1);
        var offer = _library.Offer(file.Hash, weights)!;
        Assert.Null(_library.Offer(file.Hash, weights));
        var use = await AcquireAsync(file);
        Assert.Same(weights, use.Weights);
        Assert.Equal(0, _reads);

        var withdrawn = offer.WithdrawAsync();
        using var loaded = await AcquireAsync(file);
        Assert.NotSame(weights, loaded.Weights);
        Assert.False(withdrawn.IsCompleted);
        use.Dispose();
        await withdrawn;
        Assert.False(IsDisposed(weights));

        // Another copy is in use, so the next offer of the same version is not needed.
        Assert.Null(_library.Offer(file.Hash, weights));
    }

    [Fact]
    public async Task A_lasting_use_does_not_hold_up_a_learner()
    {
        var file = await StoreAsync(1);
        using var weights = Weights(1);
        var offer = _library.Offer(file.Hash, weights)!;
        using var reference = await _library.AcquireAsync(Shape, file, _slots[0], lasting: true);
        Assert.NotSame(weights, reference.Weights);
        using var sampler = await AcquireAsync(file);
        Assert.Same(reference.Weights, sampler.Weights);
        await offer.WithdrawAsync();
        Assert.False(IsDisposed(weights));
    }

    [Fact]
    public async Task The_last_user_disposes_of_weights_that_a_learner_leaves()
    {
        var file = await StoreAsync(1);
        var weights = Weights(1);
        var offer = _library.Offer(file.Hash, weights)!;
        using (var use = await AcquireAsync(file))
        {
            offer.Leave();
            _library.DisposeUnused();
            Assert.False(IsDisposed(use.Weights));
        }

        _library.DisposeUnused();
        Assert.True(IsDisposed(weights));
    }

    private static bool IsDisposed(DecoderWeights weights) => weights.Values.Tensors[0].IsInvalid;

    private static DecoderWeights Weights(ulong seed, DecoderShape? shape = null)
    {
        var weights = new DecoderWeights(new ParameterLayout(shape ?? Shape), DeviceSpec.Cpu);
        weights.Initialize(new KeyedRandom(seed));
        return weights;
    }

    private Task<SharedWeights> AcquireAsync(ArtifactRef file, int slot = 0) => _library.AcquireAsync(Shape, file, _slots[slot]);

    private async Task<ArtifactRef> StoreAsync(ulong seed, DecoderShape? shape = null)
    {
        using var weights = Weights(seed, shape);
        return await _store.PutAsync(WeightFile.MediaType, stream =>
        {
            WeightFile.Write(stream, weights.Values, TensorType.F32);
            return Task.CompletedTask;
        });
    }
}
