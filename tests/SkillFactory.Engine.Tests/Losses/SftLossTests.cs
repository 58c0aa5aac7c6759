using SkillFactory.Engine.Losses;
using TorchSharp;
using static TorchSharp.torch;

namespace SkillFactory.Engine.Tests.Losses;

[Collection(TensorCollection.Name)]
public class SftLossTests
{
    [Fact]
    public void The_supervised_loss_is_the_sum_divided_by_the_denominator()
    {
        using var scope = NewDisposeScope();
        var logProbs = tensor(new float[] { -1, -0.5f, -2.25f });
        logProbs.requires_grad_(true);
        var (loss, sum) = SftLoss.NegativeLogLikelihood(logProbs, 5);
        loss.backward();
        Assert.Equal(0.75f, loss.item<float>());
        Assert.Equal(3.75, sum);
        Assert.All(logProbs.grad!.data<float>().ToArray(), g => Assert.Equal(-0.2f, g));
    }
}
