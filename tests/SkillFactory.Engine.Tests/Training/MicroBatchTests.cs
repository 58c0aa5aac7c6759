using SkillFactory.Core.Randomness;
using SkillFactory.Engine.Devices;
using SkillFactory.Engine.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace SkillFactory.Engine.Tests.Training;

[Collection(TensorCollection.Name)]
public class MicroBatchTests
{
    public static TheoryData<int, bool> Limits =>
        new()
        {
            { 1, false },
            { 1, true },
            { 64, false },
            { 64, true },
            { 200, true },
            { int.MaxValue, false },
            { int.MaxValue, true },
        };

    [Theory]
    [MemberData(nameof(Limits))]
    public void A_plan_contains_every_sequence_once_within_the_limit(int limit, bool packing)
    {
        for (ulong seed = 0; seed < 20; seed++)
        {
            var sequences = Sequences(seed);
            var plan = MicroBatch.Plan(sequences, limit, packing);
            Assert.Equal(sequences.Order(ByIdentity(sequences)), plan.SelectMany(m => m.Sequences).Order(ByIdentity(sequences)));
            var longest = sequences.Max(s => s.Tokens.Length);
            foreach (var micro in plan)
            {
                Assert.True(micro.Area <= limit || micro.Rows.Count == 1, $"{micro.Rows.Count} rows of {micro.Width} for {limit}");
                Assert.Equal(micro.Rows.Max(r => r.Sum(s => s.Tokens.Length)), micro.Width);
                Assert.All(micro.Rows, r => Assert.True(r.Length == 1 || (packing && r.Sum(s => s.Tokens.Length) <= longest)));
            }

            // The plan is deterministic.
            var again = MicroBatch.Plan(sequences, limit, packing);
            Assert.Equal(
                plan.Select(m => string.Join(';', m.Rows.Select(r => string.Join(',', r.Select(s => Array.IndexOf(sequences, s)))))),
                again.Select(m => string.Join(';', m.Rows.Select(r => string.Join(',', r.Select(s => Array.IndexOf(sequences, s))))))
            );
        }
    }

    [Fact]
    public void Packing_reduces_the_number_of_rows()
    {
        TrainingSequence[] sequences = [Sequence(10), Sequence(4), Sequence(6), Sequence(3), Sequence(7)];
        Assert.Equal(
            ["10", "7+3", "6+4"],
            MicroBatch
                .Plan(sequences, int.MaxValue, packing: true)
                .Single()
                .Rows.Select(r => string.Join('+', r.Select(s => s.Tokens.Length)))
        );
        Assert.Equal(5, MicroBatch.Plan(sequences, int.MaxValue, packing: false).Single().Rows.Count);
    }

    [Fact]
    public void A_plan_without_sequences_is_empty() => Assert.Empty(MicroBatch.Plan([], 100, packing: true));

    [Fact]
    public void Tensors_index_the_predictor_of_each_loss_token()
    {
        using var scope = NewDisposeScope();
        var a = new TrainingSequence([5, 6, 7], [false, true, true]);
        var b = new TrainingSequence([8, 9], [false, true]);
        var c = new TrainingSequence([1, 2, 3, 4, 5], [false, false, true, false, true]);
        var packed = MicroBatch.Plan([a, b, c], int.MaxValue, packing: true).Single().ToTensors(DeviceSpec.Cpu);
        Assert.Equal([1, 2, 3, 4, 5, 5, 6, 7, 8, 9], packed.Ids.data<long>().ToArray());
        Assert.Equal([0, 1, 2, 3, 4, 0, 1, 2, 0, 1], packed.Positions!.data<long>().ToArray());
        Assert.Equal([1, 3, 5, 6, 8], packed.Predictors.data<long>().ToArray());
        Assert.Equal([3, 5, 6, 7, 9], packed.Targets.data<long>().ToArray());
        var mask = packed.Mask!.data<float>().ToArray();
        Assert.Equal("0----00---000-----0----00", string.Concat(mask[25..].Select(m => m == 0 ? '0' : '-')));
        Assert.Equal("0----00---000--0000-00000", string.Concat(mask[..25].Select(m => m == 0 ? '0' : '-')));

        var padded = MicroBatch.Plan([a, c], int.MaxValue, packing: false).Single().ToTensors(DeviceSpec.Cpu);
        Assert.Null(padded.Positions);
        Assert.Null(padded.Mask);
        Assert.Equal([1, 2, 3, 4, 5, 5, 6, 7, 0, 0], padded.Ids.data<long>().ToArray());
        Assert.Equal([1, 3, 5, 6], padded.Predictors.data<long>().ToArray());
    }

    private static TrainingSequence[] Sequences(ulong seed)
    {
        var stream = new KeyedRandom(seed).Stream();
        return [.. Enumerable.Range(0, stream.Next(1, 30)).Select(_ => Sequence(stream.Next(1, 40)))];
    }

    private static TrainingSequence Sequence(int length) => new(new int[length], new bool[length]);

    private static Comparer<TrainingSequence> ByIdentity(TrainingSequence[] all) =>
        Comparer<TrainingSequence>.Create((a, b) => Array.IndexOf(all, a).CompareTo(Array.IndexOf(all, b)));
}
