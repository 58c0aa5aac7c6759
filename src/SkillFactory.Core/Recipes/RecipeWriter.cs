using System.Collections;
using System.Globalization;
using SkillFactory.Core.Recipes.Rules;
using SkillFactory.Core.YamlBinding;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace SkillFactory.Core.Recipes;

/// <summary>Writes a recipe with all its values, defaults and merged overrides included, so that the file records what was run. Reading it
/// gives the same recipe.</summary>
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
        new ValueWriter(emitter, recipe).Write(recipe);
        emitter.Emit(new DocumentEnd(isImplicit: true));
        emitter.Emit(new StreamEnd());
        return text.ToString();
    }

    private sealed class ValueWriter(Emitter emitter, Recipe recipe)
    {
        private readonly HashSet<string> _stages =
        [
            .. recipe.Arms.SelectMany(a => a.Stages),
            .. recipe.Evaluation.BestOfN.Count > 0 ? new[] { StageNames.Reflect } : [],
        ];

        public void Write(object? value)
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
                    list.ForEach(Write);
                    emitter.Emit(new SequenceEnd());
                    break;
                default:
                    Map(
                        YamlBinder
                            .Keys(value.GetType())
                            .Select(k => (k.Key, Value: k.Property.GetValue(value)))
                            .Where(p => !HasNoEffect(value, p.Key, p.Value))
                    );
                    break;
            }
        }

        /// <summary>Whether the reader would refuse a key because it has no effect.</summary>
        private bool HasNoEffect(object owner, string key, object? value) =>
            owner switch
            {
                Recipe => RecipeSections.IsUnused(key, _stages),
                RoundOverrides => value is null,
                ArmSettings => (value is ArmOverrides set && set == new ArmOverrides())
                    || value is IReadOnlyList<RoundOverrides> { Count: 0 },
                GrpoSettings grpo => (key == "steps" && grpo.TokenBudget is not null) || GrpoLossRules.WithoutEffect(grpo).ContainsKey(key),
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
                Write(value);
            }

            emitter.Emit(new MappingEnd());
        }

        // The emitter quotes text where needed, but it does not know the words that this dialect reads as null.
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
