using System.Collections;
using System.Globalization;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace SkillFactory.Core.Recipes;

/// <summary>Writes a resolved recipe: every value that has an effect, defaults and overrides spelt out, so that the file says what
/// was run. Reading it back gives the same recipe.</summary>
public static class RecipeWriter
{
    public static string ToYaml(Recipe recipe)
    {
        var text = new StringWriter { NewLine = "\n" };
        var emitter = new Emitter(
            text,
            new EmitterSettings(bestIndent: 2, bestWidth: int.MaxValue, isCanonical: false, maxSimpleKeyLength: 1024)
        );
        emitter.Emit(new StreamStart());
        emitter.Emit(new DocumentStart(null, null, isImplicit: true));
        new Walk(emitter, recipe).Emit(recipe);
        emitter.Emit(new DocumentEnd(isImplicit: true));
        emitter.Emit(new StreamEnd());
        return text.ToString();
    }

    private sealed class Walk(Emitter emitter, Recipe recipe)
    {
        private readonly HashSet<string> _stages =
        [
            .. recipe.Arms.SelectMany(a => a.Stages),
            .. recipe.Evaluation.BestOfN.Count > 0 ? new[] { StageNames.Reflect } : [],
        ];

        public void Emit(object? value)
        {
            switch (value)
            {
                case null:
                    Scalar("null", plain: true);
                    break;
                case string s:
                    Scalar(s, plain: false);
                    break;
                case bool b:
                    Scalar(b ? "true" : "false", plain: true);
                    break;
                case int or long or double:
                    Scalar(((IFormattable)value).ToString(null, CultureInfo.InvariantCulture), plain: true);
                    break;
                case IDictionary dictionary:
                    Map(dictionary.Keys.Cast<string>().Select(k => (k, dictionary[k])));
                    break;
                case IEnumerable items:
                    var list = items.Cast<object?>().ToList();
                    emitter.Emit(
                        new SequenceStart(
                            null,
                            null,
                            true,
                            list.All(i => i is string or int or long) ? SequenceStyle.Flow : SequenceStyle.Block
                        )
                    );
                    list.ForEach(Emit);
                    emitter.Emit(new SequenceEnd());
                    break;
                default:
                    Map(
                        YamlBinder
                            .Keys(value.GetType())
                            .Select(k => (k.Key, Value: k.Property.GetValue(value)))
                            .Where(p => !WithoutEffect(value, p.Key, p.Value))
                    );
                    break;
            }
        }

        /// <summary>What the reader would refuse as having no effect is not written.</summary>
        private bool WithoutEffect(object owner, string key, object? value) =>
            owner switch
            {
                Recipe => key != "train" && RecipeOverrides.Sections.TryGetValue(key, out var stages) && !stages.Any(_stages.Contains),
                RoundOverrides => value is null,
                ArmSettings => (value is ArmOverrides set && set == new ArmOverrides())
                    || value is IReadOnlyList<RoundOverrides> { Count: 0 },
                GrpoSettings grpo => key == "steps" && grpo.TokenBudget is not null,
                QuestionSource question => (key == "weight" && recipe.Evaluation.Sets.Any(s => ReferenceEquals(s, question)))
                    || (key == "settings" && question.Settings.Count == 0),
                _ => false,
            };

        private void Map(IEnumerable<(string Key, object? Value)> entries)
        {
            emitter.Emit(new MappingStart());
            foreach (var (key, value) in entries)
            {
                Scalar(key, plain: false);
                Emit(value);
            }

            emitter.Emit(new MappingEnd());
        }

        // Text that would read back as null has to be quoted; the emitter sees to all other cases.
        private void Scalar(string text, bool plain) =>
            emitter.Emit(
                new Scalar(
                    null,
                    null,
                    text,
                    !plain && new YamlScalar(text, true, 0).IsNull ? ScalarStyle.DoubleQuoted : ScalarStyle.Any,
                    true,
                    true
                )
            );
    }
}
