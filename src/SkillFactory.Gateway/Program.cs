using SkillFactory.Gateway;
using SkillFactory.Primitives.Errors;

const int UserError = 2;

try
{
    await using var app = GatewayHost.Build(args);
    await app.RunAsync();
    return 0;
}
catch (UserErrorException e)
{
    await Console.Error.WriteLineAsync(e.Message);
    return UserError;
}
