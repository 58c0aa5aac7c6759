using Microsoft.Extensions.Hosting;
using SkillFactory.Hosting.Configuration;
using SkillFactory.Primitives.Errors;
using SkillFactory.Silo;

const int UserError = 2;

try
{
    var builder = Host.CreateApplicationBuilder();
    DeploymentOptions.AddArguments(builder.Configuration, args);
    var deployment = DeploymentOptions.Read(builder.Configuration);
    if (deployment.Mode == DeploymentMode.Embedded)
    {
        await EmbeddedSilo.RunAsync(deployment);
    }
    else
    {
        builder.AddSkillFactoryNode(deployment);
        await builder.Build().RunAsync();
    }

    return 0;
}
catch (UserErrorException e)
{
    await Console.Error.WriteLineAsync(e.Message);
    return UserError;
}
