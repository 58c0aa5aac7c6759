using SkillFactory.Core.Randomness;
using SkillFactory.Engine.Tests.Models;
using SkillFactory.Engine.Training;
using static SkillFactory.Engine.Tests.Training.TrainingFixture;

namespace SkillFactory.Engine.Tests.Training;

[Collection(TensorCollection.Name)]
public class FamilyGradientTests
{
    private const int Samples = 6;

    [Theory]
    [MemberData(nameof(FamilyShapes.Names), MemberType = typeof(FamilyShapes))]
    public void The_gradient_of_every_parameter_is_the_slope_of_the_reference(string family)
    {
        // Longer than the windows and than the original contexts of scaled positions. Packed rows have the same gradient.
        using var model = new TestModel(FamilyShapes.All[family]);
        TrainingSequence[] batch = [.. new[] { 20, 3, 9 }.Select((length, i) => Sequence(model.Tokens(length, (ulong)(i + 1))))];
        double Loss() => batch.Sum(s => -model.Reference.LogProbs(s.Tokens).Sum()) / batch.Sum(s => s.LossTokens);
        using var trainer = new Trainer(model.Weights, Whole);
        trainer.SupervisedGradient(batch);
        var gradient = trainer.GradientToArray();
        using var packed = new Trainer(model.Weights, Whole with { Packing = true });
        packed.SupervisedGradient(batch);
        Assert.All(gradient.Zip(packed.GradientToArray()), p => Assert.Equal(p.First, p.Second, 1e-5));

        const double Step = 1e-5;
        var values = model.Reference.Values;
        var stream = new KeyedRandom(1).Stream();
        foreach (var slot in model.Layout.Slots)
        {
            for (var s = 0; s < Samples; s++)
            {
                // The first and the last element, and some between.
                var i =
                    slot.Offset
                    + (
                        s == 0 ? 0
                        : s == 1 ? slot.Count - 1
                        : stream.Next((int)slot.Count)
                    );
                var value = values[i];
                values[i] = value + Step;
                var above = Loss();
                values[i] = value - Step;
                var slope = (above - Loss()) / (2 * Step);
                values[i] = value;
                Assert.True(
                    Math.Abs(slope - gradient[i]) < 2e-5 + (1e-4 * Math.Abs(slope)),
                    $"{slot.Name}[{i - slot.Offset}]: slope {slope}, gradient {gradient[i]}"
                );
            }
        }
    }

    private static TrainingSequence Sequence(int[] tokens) => new(tokens, [.. tokens.Select((_, i) => i > 0)]);
}
