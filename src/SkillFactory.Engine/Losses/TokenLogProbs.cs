using SkillFactory.Engine.Devices;
using SkillFactory.Engine.MatMul;
using SkillFactory.Engine.Models;
using SkillFactory.Engine.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace SkillFactory.Engine.Losses;

/// <summary>Log-probabilities of a micro-batch's loss tokens. Each loss is a sum over them divided by a denominator of the whole batch,
/// so splitting a batch into micro-batches changes only the rounding.</summary>
internal static class TokenLogProbs
{
    /// <summary>log p of each loss token after temperature, row by row: [N].</summary>
    public static Tensor Of(
        DecoderShape shape,
        DecoderViews views,
        RotaryTable rotary,
        MicroBatch batch,
        DeviceSpec device,
        double temperature
    )
    {
        var input = batch.ToTensors(device);
        var hidden = Decoder.Hidden(shape, views, rotary, input.Ids, input.Positions, input.Mask);
        var logits = LinearMatMul.Apply(hidden.view(-1, shape.HiddenSize).index_select(0, input.Predictors), views.Head);
        if (temperature is not (0 or 1))
        {
            logits = logits.Over(temperature);
        }

        return logits.log_softmax(-1).gather(1, input.Targets.unsqueeze(1)).squeeze(1);
    }
}
