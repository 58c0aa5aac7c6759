using SkillFactory.Core.Recipes.Rules;
using SkillFactory.Primitives.Errors;

namespace SkillFactory.Data.RecipeInputs;

/// <summary>Finds prompts that do not fit into a model together with what follows them, and collects such problems.</summary>
internal sealed class LengthProblems(RecipePlaces places)
{
    private readonly List<string> _problems = [];

    public void Add(string key, string problem) => _problems.Add(places.Error(key, problem).Message);

    /// <exception cref="UserErrorException">There is a problem. The message has a line for each.</exception>
    public void ThrowIfAny()
    {
        if (_problems.Count > 0)
        {
            throw new UserErrorException(string.Join(Environment.NewLine, _problems.Distinct()));
        }
    }

    /// <param name="room">Most tokens after a prompt.</param>
    /// <param name="key">The key of the response limit.</param>
    /// <param name="askedAt">The key to name if the prompts alone are too long.</param>
    public bool Fits(
        ModelLimits model,
        string what,
        IReadOnlyList<(string? System, string User)> prompts,
        int room,
        string key,
        string askedAt
    )
    {
        int longest;
        try
        {
            longest = model.Longest(prompts.Select(p => model.Prompt(p.System, p.User)), model.Positions - room);
        }
        catch (UserErrorException e)
        {
            Add(askedAt, $"{what}: a prompt cannot be written: {e.Message}");
            return false;
        }

        if (longest == 0)
        {
            return true;
        }

        if (longest >= model.Positions)
        {
            Add(askedAt, $"{what}: the longest prompt has {longest} tokens; the model has {model.Positions} positions");
        }
        else
        {
            Add(
                key,
                $"{what}: the longest prompt has {longest} tokens, and up to {room} follow; the model has {model.Positions} positions, so "
                    + $"at most {model.Positions - longest} can follow"
            );
        }

        return false;
    }
}
